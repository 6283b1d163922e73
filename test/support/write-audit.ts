// A process that writes rows into the audit trail of a registry file, a transaction each: file, name, count.
import { openSqlite } from '../../storage/relational/sqlite/open-sqlite.ts';

const [file = '', name = '', count = '0'] = process.argv.slice(2);
const db = openSqlite(file);
for (let index = 0; index < Number(count); index++) {
  await db.transaction().execute(async (trx) => {
    const row = { at: 1, user_id: null, action: 'a', object: `${name}/${index}`, before: null, after: null };
    await trx.insertInto('audit').values(row).execute();
  });
}
await db.destroy();
