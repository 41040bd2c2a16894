import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

/** The characters of the `latin` files of Fontsource, as their `unicode-range` lists them. */
const LATIN = [
  [0x00, 0xff],
  [0x131, 0x131],
  [0x152, 0x153],
  [0x2bb, 0x2bc],
  [0x2c6, 0x2c6],
  [0x2da, 0x2da],
  [0x2dc, 0x2dc],
  [0x304, 0x304],
  [0x308, 0x308],
  [0x329, 0x329],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2191, 0x2191],
  [0x2193, 0x2193],
  [0x2212, 0x2212],
  [0x2215, 0x2215],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
] as const;

/** The weights that the app uses. */
const WEIGHTS = { min: 400, max: 600, default: 400 };

/** Returns the variable font without other characters and weights: a third less to load. */
export function subset(font: Uint8Array): Promise<Uint8Array> {
  const characters = LATIN.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
  );
  return subsetFont(Buffer.from(font), characters.join(''), {
    targetFormat: 'woff2',
    variationAxes: { wght: WEIGHTS },
  });
}

/** Reduces the fonts of the build whose names match, and fails if one is over `kilobytes`. */
export function subsetFonts(name: RegExp, kilobytes: number): Plugin {
  return {
    name: 'subset-fonts',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const fonts = Object.values(bundle).filter((file) => name.test(file.fileName));
      if (fonts.length === 0) this.error(`The build has no font that matches ${name}.`);
      for (const font of fonts) {
        if (font.type !== 'asset') continue;
        font.source = await subset(Buffer.from(font.source));
        const size = font.source.length / 1000;
        const verdict = `${font.fileName} has ${size.toFixed(1)} kB, of ${kilobytes} kB.`;
        if (size > kilobytes) this.error(verdict);
        console.log(verdict);
      }
    },
  };
}
