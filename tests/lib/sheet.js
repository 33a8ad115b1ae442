// Workbooks and rosters for tests and benches, made by hand so that bad ones can be made too.
import { crc32, deflateRawSync } from 'node:zlib';

function entry(name, data, offset) {
	const packed = deflateRawSync(data, { level: 1 }), head = Buffer.alloc(30), dir = Buffer.alloc(46), path = Buffer.from(name);
	head.writeUInt32LE(0x04034b50, 0);
	head.writeUInt16LE(20, 4);
	head.writeUInt16LE(8, 8);
	head.writeUInt16LE(0x21, 12);
	head.writeUInt32LE(crc32(data), 14);
	head.writeUInt32LE(packed.length, 18);
	head.writeUInt32LE(data.length, 22);
	head.writeUInt16LE(path.length, 26);
	dir.writeUInt32LE(0x02014b50, 0);
	dir.writeUInt16LE(20, 4);
	head.copy(dir, 6, 4, 30);
	dir.writeUInt32LE(offset, 42);
	return { local: Buffer.concat([head, path, packed]), central: Buffer.concat([dir, path]) };
}

export function zip(files) {
	let offset = 0;
	const parts = Object.entries(files).map(([name, data]) => {
		const e = entry(name, Buffer.from(data), offset);
		offset += e.local.length;
		return e;
	});
	const central = Buffer.concat(parts.map((e) => e.central)), end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(parts.length, 8);
	end.writeUInt16LE(parts.length, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts.map((e) => e.local), central, end]);
}

const escape = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');
const column = (i) => (i >= 26 ? String.fromCharCode(64 + Math.floor(i / 26)) : '') + String.fromCharCode(65 + i % 26);

function cell(value, at) {
	if (value === '' || value === undefined)
		return '';
	if (typeof value === 'number')
		return `<c r="${at}"><v>${value}</v></c>`;
	if (typeof value === 'object')
		return `<c r="${at}" t="str"><f>${escape(value.formula)}</f><v>${escape(value.shown ?? '')}</v></c>`;
	return `<c r="${at}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
}

// rows: arrays of texts, numbers or {formula, shown}; options.merges: ["A2:B2"]
export function xlsx(rows, { merges = [] } = {}) {
	const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
	const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
	const pack = 'http://schemas.openxmlformats.org/package/2006';
	const lines = rows.map((row, y) => `<row r="${y + 1}">${row.map((v, x) => cell(v, column(x) + (y + 1))).join('')}</row>`);
	const merged = merges.length
		? `<mergeCells count="${merges.length}">${merges.map((m) => `<mergeCell ref="${m}"/>`).join('')}</mergeCells>` : '';
	const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
	return zip({
		'[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="${pack}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/></Types>`,
		'_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${relation}"><sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData>${lines.join('')}</sheetData>${merged}</worksheet>`,
	});
}

// A resident identity number of GB 11643 with a right check digit; different for every i below ten million.
export function idno(i) {
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	const day = new Date(Date.UTC(1965, 0, 1) + Math.floor(i / 999) * 86_400_000).toISOString().slice(0, 10).replace(/-/g, '');
	const body = `371002${day}${String(i % 999 + 1).padStart(3, '0')}`;
	const sum = [...body].reduce((n, c, k) => n + Number(c) * weights[k], 0);
	return body + '10X98765432'[sum % 11];
}

export const header = ['姓名', '证件号码', '手机号码', '工作单位', '从事本职业或相关职业起始日期', '原证书等级', '原证书发证日期', '毕业（在读）学校类别',
	'毕业日期', '所学专业'];

// The i-th candidate, who may sit for 五级 and 四级.
export const candidate = (i, over = {}) => Object.values({ name: `考生${String(i).padStart(6, '0')}`, idno: idno(i),
	phone: `139${String(10_000_000 + i % 80_000_000)}`, unit: `第${i % 50}船舶有限公司`, from: '2015-07-01', grade: '五级/初级工', on: '2018-03-15',
	school: '中等职业学校', graduated: '2015-06-30', related: '本专业或相关专业', ...over });
export const roster = (n, first = 0) => xlsx([header, ...Array.from({ length: n }, (_, i) => candidate(first + i))]);
