// Puts a .br and a .gz beside every text file of dist/, and prints what each page loads at first.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('./dist/', import.meta.url).pathname;
const compressible = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const gzipped = new Map();

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  );
  gzipped.set(path.slice(dist.length), gzip.length);
}

for (const page of ['sign-in.html', 'setup.html', 'index.html']) {
  const html = readFileSync(join(dist, page), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
  const size = scripts.reduce((sum, name) => sum + (gzipped.get(name) ?? 0), 0);
  console.log(`${page}: ${(size / 1024).toFixed(1)} KiB of gzipped JavaScript at first`);
  if (page === 'sign-in.html' && size > 100 * 1024) {
    console.error('sign-in.html is over its 100 KiB');
    process.exit(1);
  }
}
