// When a photo was taken: read from the bytes that a camera writes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { takenAt } from '../../app/static/js/upload-exif.js';

/** A JPEG's head with EXIF: a first directory with a pointer, and a second with the time and perhaps the offset. */
function head(time, offset, little = false) {
  const tiff = new DataView(new ArrayBuffer(160));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little);
  entry(tiff, 10, [0x8769, 4, 1, 30], little);
  tiff.setUint16(30, offset ? 2 : 1, little);
  entry(tiff, 32, [0x9003, 2, 20, 70], little);
  if (offset) entry(tiff, 44, [0x9011, 2, 7, 100], little);
  write(tiff, 70, time);
  write(tiff, 100, offset || '');
  const jpeg = new Uint8Array(12 + 160);
  jpeg.set([0xff, 0xd8, 0xff, 0xe1, 0, 168, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  jpeg.set(new Uint8Array(tiff.buffer), 12);
  return jpeg.buffer;
}

function entry(tiff, at, [tag, kind, count, value], little) {
  tiff.setUint16(at, tag, little);
  tiff.setUint16(at + 2, kind, little);
  tiff.setUint32(at + 4, count, little);
  tiff.setUint32(at + 8, value, little);
}

const write = (tiff, at, text) => [...text].forEach((letter, place) => tiff.setUint8(at + place, letter.charCodeAt(0)));

test('the camera says when, in either order of bytes', () => {
  assert.equal(takenAt(head('2026:11:24 14:03:05')), '2026-11-24T14:03:05');
  assert.equal(takenAt(head('2026:11:24 14:03:05', '', true)), '2026-11-24T14:03:05');
});

test('with its offset where it wrote one', () => {
  assert.equal(takenAt(head('2026:11:24 14:03:05', '+01:00')), '2026-11-24T14:03:05+01:00');
});

test('what says nothing, is cut off, or is no JPEG says nothing', () => {
  assert.equal(takenAt(head('0000:00:00 00:00:00')), null);
  assert.equal(takenAt(head('2026:11:24 14:03:05').slice(0, 60)), null);
  assert.equal(takenAt(new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 2]).buffer), null);
  assert.equal(takenAt(new TextEncoder().encode('<svg xmlns="…">').buffer), null);
  assert.equal(takenAt(new ArrayBuffer(0)), null);
});
