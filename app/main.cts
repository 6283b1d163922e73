// The pool must be sized before its first use, and loading ES modules already uses it: password hashes on the
// default four threads would queue in front of fdatasync.
process.env['UV_THREADPOOL_SIZE'] ??= '8';
void import('./cli.ts');
