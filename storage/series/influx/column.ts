/** A growing column of doubles. */
export interface Column {
  push(value: number): void;
  whole(): Float64Array;
}

/** Makes an empty column, without an object per row. */
export function createColumn(): Column {
  let room = new Float64Array(1024);
  let length = 0;
  return {
    push(value) {
      if (length === room.length) {
        const larger = new Float64Array(length * 2);
        larger.set(room);
        room = larger;
      }
      room[length++] = value;
    },
    whole: () => room.slice(0, length),
  };
}
