import { expect, test } from 'vitest';

import { csvText } from '../../../dashboards/pages/exchange/csv-text.ts';

test('CSV opens in a spreadsheet: its mark, quoted cells, and no formula that a file brought in', () => {
  const text = csvText([
    ['工作表', '行', '原因'],
    ['建筑', 2, '“300, about”不是"数"'],
    [null, -3, '=HYPERLINK("http://example.cn")'],
  ]);
  expect(text).toBe(
    '\uFEFF工作表,行,原因\r\n建筑,2,"“300, about”不是""数"""\r\n,-3,"\'=HYPERLINK(""http://example.cn"")"\r\n',
  );
});
