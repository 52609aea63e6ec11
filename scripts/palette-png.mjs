import { crc32, deflateSync } from "node:zlib";

/**
 * A screenshot with at most 256 colours, a third of its bytes: charts have few, and the rest are edges of letters.
 *
 * @param page of a browser, which decodes the picture.
 */
export async function palettePng(page, png) {
  const { width, height, colours, pixels } = await page.evaluate(inColours, png.toString("base64"));
  const indexes = Buffer.from(pixels, "base64");
  const lines = Buffer.alloc((width + 1) * height); // each line begins with its filter: 0, none
  for (let y = 0; y < height; y++) indexes.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // eight bits a pixel, indexed
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(colours.flat())),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Runs in the page: the commonest colours, and for each pixel the nearest of them. */
async function inColours(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const counts = new Map();
  const keyAt = (i) => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
  for (let i = 0; i < data.length; i += 4) counts.set(keyAt(i), (counts.get(keyAt(i)) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256);
  const colours = common.map(([key]) => [key >> 16, (key >> 8) & 255, key & 255]);
  const nearest = new Map(common.map(([key], index) => [key, index]));
  const indexOf = (key) => {
    let best = nearest.get(key);
    if (best !== undefined) return best;
    let least = Number.POSITIVE_INFINITY;
    colours.forEach(([r, g, b], index) => {
      const distance = (r - (key >> 16)) ** 2 + (g - ((key >> 8) & 255)) ** 2 + (b - (key & 255)) ** 2;
      if (distance >= least) return;
      least = distance;
      best = index;
    });
    nearest.set(key, best);
    return best;
  };
  let pixels = "";
  for (let i = 0; i < data.length; i += 4) pixels += String.fromCharCode(indexOf(keyAt(i)));
  return { width, height, colours, pixels: btoa(pixels) };
}
