import type { zhCn } from './zh-cn.ts';

type Widened<T> = { [K in keyof T]: T[K] extends string ? string : Widened<T[K]> };

/** The shape of every language: the keys of the Chinese file, with any text. */
export type Messages = Widened<typeof zhCn>;
