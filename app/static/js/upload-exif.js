// When a JPEG was taken, from its EXIF: read before the phone shrinks the picture, because the canvas forgets it.

const DATE_TIME = 0x0132;
const EXIF = 0x8769;
const TAKEN = 0x9003;
const OFFSET = 0x9011;

/** "2026-11-24T14:03:00+01:00", without the offset where the camera did not write one; null if it says nothing. */
export function takenAt(buffer) {
  try {
    const data = new DataView(buffer);
    const start = exifAt(data);
    return start ? readTime(new DataView(buffer, start)) : null;
  } catch {
    return null; // Cut off, or not what it claims: the file's own time is used.
  }
}

/** Where the TIFF header is: after "Exif" in segment APP1. */
function exifAt(data) {
  if (data.getUint16(0) !== 0xffd8) return 0;
  let at = 2;
  while (data.getUint8(at) === 0xff) {
    const marker = data.getUint8(at + 1);
    if (marker === 0xe1 && data.getUint32(at + 4) === 0x45786966) return at + 10;
    if (marker === 0xda) return 0;
    at += 2 + data.getUint16(at + 2);
  }
  return 0;
}

function readTime(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  const first = fields(tiff, tiff.getUint32(4, little), little);
  const more = first[EXIF] ? fields(tiff, first[EXIF].value, little) : {};
  const taken = text(tiff, more[TAKEN] || first[DATE_TIME]);
  const [, date, time] = /^(\d{4}:\d\d:\d\d) (\d\d:\d\d:\d\d)/.exec(taken) || [];
  if (!date || date.startsWith('0000')) return null;
  const [offset] = /^[+-]\d\d:\d\d/.exec(text(tiff, more[OFFSET])) || [''];
  return `${date.replace(/:/g, '-')}T${time}${offset}`;
}

function fields(tiff, at, little) {
  const found = {};
  const count = tiff.getUint16(at, little);
  for (let place = 0; place < count; place += 1) {
    const entry = at + 2 + place * 12;
    const long = tiff.getUint32(entry + 4, little);
    found[tiff.getUint16(entry, little)] = { long, entry, value: tiff.getUint32(entry + 8, little) };
  }
  return found;
}

/** Texts of up to four bytes stand in the entry itself. */
function text(tiff, field) {
  if (!field) return '';
  const at = field.long > 4 ? field.value : field.entry + 8;
  let said = '';
  for (let place = 0; place < Math.min(field.long, 40); place += 1) said += String.fromCharCode(tiff.getUint8(at + place));
  return said;
}
