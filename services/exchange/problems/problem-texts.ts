import type { BothLanguages } from '../sheets/column-spec.ts';

/**
 * What an import can find wrong, by its stable code, in both languages: the fault, and what to do. `{name}` stands for
 * a parameter; `{nameZh}` and `{nameEn}` for one that differs by language.
 */
export const PROBLEM_TEXTS = {
  // The file.
  'not-a-table': {
    zh: '无法识别的文件：请提供 .xlsx、.csv，或由 .csv 组成的 .zip',
    en: 'This is no file that can be imported: give an .xlsx, a .csv, or a .zip of .csv files',
  },
  'old-excel': {
    zh: '旧版 Excel（.xls）或加密的工作簿无法导入：请另存为不加密的 .xlsx',
    en: 'Old Excel files (.xls) and encrypted workbooks cannot be imported: save it as .xlsx without a password',
  },
  'empty-file': { zh: '文件是空的', en: 'The file is empty' },
  'broken-file': { zh: '文件已损坏，无法读取：{detail}', en: 'The file is damaged and cannot be read: {detail}' },
  'unpacked-too-large': {
    zh: '解压后超过 {limitMb} MB：请拆分后导入',
    en: 'Unpacked it is larger than {limitMb} MB: import it in parts',
  },
  'too-many-parts': { zh: '压缩包内超过 {limit} 个文件', en: 'The archive holds more than {limit} files' },
  'nested-archive': {
    zh: '压缩包内的 {name} 本身是压缩包：请解开后导入',
    en: '{name} in the archive is an archive itself: unpack it first',
  },
  'too-many-rows': { zh: '超过 {limit} 行：请拆分后导入', en: 'More than {limit} rows: import it in parts' },
  'too-many-columns': { zh: '超过 {limit} 列', en: 'More than {limit} columns' },
  'too-many-cells': { zh: '超过 {limit} 个单元格：请拆分后导入', en: 'More than {limit} cells: import it in parts' },
  'too-much-text': {
    zh: '文字过多（超过 {limit} 项或 {limitMb} MB）：请拆分后导入',
    en: 'Too much text (over {limit} strings or {limitMb} MB): import it in parts',
  },
  'bad-encoding': {
    zh: '编码既不是 UTF-8 也不是 GB18030：请另存为“CSV UTF-8”',
    en: 'It is encoded neither as UTF-8 nor as GB18030: save it as "CSV UTF-8"',
  },
  'quote-not-closed': {
    zh: '引号没有结束：字段从此处开始',
    en: 'A quotation mark is not closed: the field begins here',
  },
  'no-known-sheet': {
    zh: '没有可导入的工作表：可用的有 {namesZh}',
    en: 'There is no sheet that can be imported; there are: {namesEn}',
  },
  'unknown-sheet': {
    zh: '不认识的工作表“{name}”：请改名为 {namesZh} 之一，或删除',
    en: 'The sheet "{name}" is not known: name it as one of {namesEn}, or delete it',
  },
  'repeated-sheet': {
    zh: '“{name}”与工作表“{other}”内容重复：每种只能有一张',
    en: '"{name}" is of the same kind as "{other}": one of each',
  },
  // The headings.
  'no-headings': {
    zh: '找不到标题行（前 {rows} 行内）：请使用模板的标题',
    en: "No row of headings in the first {rows} rows: use the template's",
  },
  'unknown-column': {
    zh: '不认识的列“{heading}”：请改用模板中的标题，或删除该列',
    en: 'The column "{heading}" is not known: use a heading of the template, or delete it',
  },
  'no-heading': { zh: '该列有内容而没有标题', en: 'There is something in this column, and it has no heading' },
  'repeated-column': { zh: '与“{other}”是同一列', en: 'It is the same column as "{other}"' },
  'missing-column': { zh: '缺少必需的列“{headingZh}”', en: 'The column "{headingEn}" is missing' },
  // A cell.
  formula: { zh: '单元格是公式：请粘贴为数值', en: 'The cell is a formula: paste its value' },
  'error-value': { zh: '单元格是错误值 {value}', en: 'The cell holds the error {value}' },
  merged: {
    zh: '单元格 {range} 已合并：请取消合并并逐格填写',
    en: 'The cells {range} are merged: split them and fill each',
  },
  required: { zh: '不能为空：{helpZh}', en: 'It must be filled: {helpEn}' },
  'cannot-clear': { zh: '此项不能清空', en: 'This cannot be taken away' },
  'not-text': { zh: '含有无法保存的字符', en: 'It holds characters that cannot be kept' },
  'too-long': { zh: '长 {length} 个字符，最多 {maxLength} 个', en: 'It has {length} characters; at most {maxLength}' },
  'not-a-number': { zh: '“{value}”不是数', en: '"{value}" is no number' },
  'not-whole': { zh: '“{value}”须为整数', en: '"{value}" must be a whole number' },
  'too-small': { zh: '{value} 须大于 {above}', en: '{value} must be above {above}' },
  below: { zh: '{value} 不能小于 {from}', en: '{value} must be at least {from}' },
  'too-great': { zh: '{value} 不能大于 {to}', en: '{value} must be at most {to}' },
  'not-a-date': { zh: '“{value}”不是日期：请写成 2026-01-31', en: '"{value}" is no date: write 2026-01-31' },
  'not-a-choice': { zh: '“{value}”不在可选范围内：{choicesZh}', en: '"{value}" is none of: {choicesEn}' },
  'unknown-region': {
    zh: '没有“{value}”这个地区：请填行政区划代码或全名',
    en: 'There is no region "{value}": give its code or full name',
  },
  'ambiguous-region': {
    zh: '“{value}”不止一个地区（{codes}）：请填代码',
    en: '"{value}" names several regions ({codes}): give the code',
  },
  'id-form': {
    zh: '“{value}”不能作编号：只能用字母、数字、_ 和 -，最多 64 个',
    en: '"{value}" cannot be an id: letters, digits, _ and -, at most 64',
  },
  'id-reserved': { zh: '“{value}”是保留名，不能用', en: '"{value}" is reserved' },
  'id-rounded': {
    zh: '“{value}”已被 Excel 当作数字改写（四舍五入或科学计数）：请把该列设为文本，重新填写原编号',
    en: 'Excel has taken "{value}" for a number and changed it (rounding, scientific notation): format the column as text and enter the original again',
  },
  'credit-code': {
    zh: '“{value}”不是有效的统一社会信用代码（18 位，GB 32100-2015 校验）',
    en: '"{value}" is no valid credit code (18 characters, checked by GB 32100-2015)',
  },
  // Rows with each other.
  duplicate: { zh: '与第 {row} 行重复（{key}）', en: 'The same as row {row} ({key})' },
  'date-missing': { zh: '请填年份或生效日期', en: 'Give the year or the date' },
  'date-conflict': {
    zh: '年份 {year} 与生效日期 {date} 不一致',
    en: 'The year {year} and the date {date} do not agree',
  },
  'office-above-floor': {
    zh: '自 {date} 起办公面积 {office} m² 大于建筑面积 {floor} m²',
    en: 'From {date} on the office area of {office} m² is above the floor area of {floor} m²',
  },
  // References.
  'no-institution': { zh: '没有编号为 {id} 的机构', en: 'There is no institution {id}' },
  'no-building': { zh: '没有编号为 {id} 的建筑', en: 'There is no building {id}' },
  'no-zone': { zh: '没有编号为 {id} 的区域', en: 'There is no zone {id}' },
  'no-collector': { zh: '没有编号为 {id} 的采集器', en: 'There is no collector {id}' },
  'no-meter': { zh: '没有编号为 {id} 的表计', en: 'There is no meter {id}' },
  'building-of-other': {
    zh: '建筑 {id} 属于机构 {owner}，不属于 {institution}',
    en: 'The building {id} is of {owner}, not of {institution}',
  },
  'zone-of-other': {
    zh: '区域 {id} 属于机构 {owner}，不属于 {institution}',
    en: 'The zone {id} is of {owner}, not of {institution}',
  },
  'zone-of-building': {
    zh: '区域 {id} 在建筑 {owner} 内，不在 {building} 内',
    en: 'The zone {id} is in the building {owner}, not in {building}',
  },
  'still-used': { zh: '仍被 {users} 使用，不能改变归属', en: 'It cannot change hands: {users} still refers to it' },
  'id-of-virtual': { zh: '{id} 已是虚拟表的编号', en: '{id} is the id of a virtual meter' },
  'name-of-reader': { zh: '{id} 已是告警订阅者的名称', en: '{id} is the name of a reader of alerts' },
  // Meters.
  'medium-fixed': {
    zh: '表计 {id} 计量{storedZh}，能源种类不能更改：请另建表计',
    en: 'The meter {id} measures {storedEn}; that cannot change: enter another meter',
  },
  'parent-itself': { zh: '表计不能以自己为上级', en: 'A meter cannot be part of itself' },
  'parent-circle': { zh: '上级关系成环：{path}', en: 'The meters above run in a circle: {path}' },
  'parent-medium': {
    zh: '上级表计 {id} 计量{mediumZh}，与本表不同',
    en: 'The meter {id} above measures {mediumEn}, not the same',
  },
  'parent-of-other': {
    zh: '上级表计 {id} 不属于同一机构：各机构应分别计量（条例第十二条）',
    en: 'The meter {id} above belongs to another institution: each is metered apart (Art. 12)',
  },
  'temperature-has-no': { zh: '温度测点没有此项', en: 'A temperature point has none' },
  'only-temperature': { zh: '只有温度测点填此项', en: 'Only temperature points say this' },
  'unit-of-medium': {
    zh: '{mediumZh}表的表底单位可为 {units}，不能为“{value}”',
    en: 'A register of {mediumEn} counts in {units}, not in "{value}"',
  },
  'sub-item-of-medium': {
    zh: '“{value}”不是用电分项：请填分项编码或名称',
    en: '"{value}" is no sub-item of electricity: give its code or name',
  },
  'sub-item-long': { zh: '分项最多 16 个字符', en: 'A sub-item has at most 16 characters' },
  'address-taken': {
    zh: '采集器 {collector} 下的表计 {other} 已有地址 {address}',
    en: 'The meter {other} of the collector {collector} has the address {address} already',
  },
  'format-is-not-of-meters': {
    zh: '“{value}”是主题绑定的格式，不是表计的',
    en: '"{value}" is a format of topics, not of a meter',
  },
  'no-share': {
    zh: '请填机构编号，或在“分摊”表中填写其分摊',
    en: 'Give the institution, or its shares in the sheet Shares',
  },
  'share-elsewhere': {
    zh: '该表计的分摊不是单一机构：请在“分摊”表中修改，此处留空',
    en: 'The shares of this meter are not simply of one institution: change them in the sheet Shares and leave this blank',
  },
  'multiplier-elsewhere': {
    zh: '该表计的倍率有变更记录：请在“倍率”表中修改，此处留空',
    en: 'The multiplier of this meter has changed over time: change it in the sheet Multipliers and leave this blank',
  },
  'given-twice': {
    zh: '“{sheet}”表第 {row} 行对同一天已有规定',
    en: 'Row {row} of the sheet {sheet} says this of the same day already',
  },
  'share-sum': {
    zh: '表计 {meter} 自 {date} 起的分摊合计为 {sum}，应为 1',
    en: 'The shares of the meter {meter} from {date} on sum to {sum}, not to 1',
  },
  'share-end': {
    zh: '“-”表示自该日起不归任何机构，不能与其他行同组',
    en: "A share of - means nobody's: it stands alone in its set",
  },
  'share-twice': {
    zh: '同一机构、区域、分项在第 {row} 行已有一份：请合并',
    en: 'Row {row} has a share of the same institution, zone and sub-item: add them up',
  },
  'institution-ended': {
    zh: '机构 {id} 于 {date} 终止，此后不能有分摊',
    en: 'The institution {id} ended on {date} and cannot have a share from then on',
  },
  'has-ended': { zh: '{id} 已于 {date} 终止', en: '{id} ended on {date}' },
  'meters-still-count': {
    zh: '{date} 时仍在使用它：{meters}：请先终止或移走',
    en: 'On {date} these still use it: {meters}; end or move them first',
  },
  'kind-of-zone': {
    zh: '区域 {zone} 的用途是 {kind}，与此处不同',
    en: 'The zone {zone} is of the kind {kind}, not this',
  },
  'address-needed': {
    zh: '{format} 的报文只以地址识别表计：请填通信地址',
    en: 'A frame of {format} names its meter by nothing but its address: give it',
  },
  'direction-of-medium': { zh: '该能源种类没有此方向', en: 'There is no such direction for this medium' },
  'parent-direction': { zh: '上级表计 {id} 的方向与本表不同', en: 'The meter {id} above counts in another direction' },
  'child-differs': {
    zh: '下级表计 {id} 与此不符：请先修改它',
    en: 'The meter {id} below does not go with this: change it first',
  },
  'modulus-too-small': {
    zh: '{modulus} 在一个采集间隔内即可走满（额定最大值 {rated}/小时，间隔 {seconds} 秒）：无法识别翻转',
    en: '{modulus} is reached within one interval ({rated} an hour, {seconds} s), so a rollover could not be told',
  },
  'code-taken': {
    zh: '{other} 已使用统一社会信用代码 {value}',
    en: 'The credit code {value} is that of {other} already',
  },
  'before-installation': {
    zh: '{date} 早于表计的安装日期 {other}',
    en: '{date} lies before the installation of the meter on {other}',
  },
  'after-removal': {
    zh: '{date} 不早于表计的拆除日期 {other}',
    en: '{date} does not lie before the removal of the meter on {other}',
  },
  'in-future': { zh: '{date} 在将来：请在发生后填写', en: '{date} lies in the future: enter it once it has happened' },
  'removal-fixed': {
    zh: '表计已登记拆除：请在表计生命周期中更正',
    en: 'Its removal is entered already: correct that in the life of the meter',
  },
  'not-allowed': { zh: '不能这样登记：{detail}', en: 'It cannot be entered so: {detail}' },
  // Quotas.
  'months-incomplete': { zh: '十二个月须全填或全空', en: 'Give all twelve months or none' },
  'months-sum': {
    zh: '各月合计 {sum}，与年度定额 {annual} 不符',
    en: 'The months sum to {sum}, not to the annual limit {annual}',
  },
} as const satisfies Record<string, BothLanguages>;

export type ProblemCode = keyof typeof PROBLEM_TEXTS;
