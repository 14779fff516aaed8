/**
 * Where a document uses a feature of Can I email. Slugs say most of it: `html-video` is an element,
 * `css-border-radius` a property, `css-unit-vw` a unit. What they do not say stands in the tables.
 */
import type { Usage, UsedDeclaration, UsedElement } from './read-usage.ts';

/** How often, or for how many elements; `null` where nobody can tell from the document. */
export function countUses(
  slug: string,
  usage: Usage,
  pictureTypes: readonly string[],
): number | null {
  const dash = slug.indexOf('-');
  const [kind, name] = [slug.slice(0, dash), slug.slice(dash + 1)];
  if (kind === 'html') return countHtml(name, usage);
  if (kind === 'image') return countPictures(name, usage, pictureTypes);
  return kind === 'css' ? countCss(name, usage) : null;
}

// HTML

type ElementTest = (element: UsedElement) => boolean;

const named =
  (...names: readonly string[]): ElementTest =>
  ({ name }) =>
    names.includes(name);
const having =
  (...attributes: readonly string[]): ElementTest =>
  (element) =>
    attributes.some((attribute) => element.attribute(attribute) !== null);
const typed =
  (name: string, type: string, isDefault = false): ElementTest =>
  (element) => {
    const given = element.attribute('type')?.toLowerCase() ?? '';
    return element.name === name && (given === type || (given === '' && isDefault));
  };
const linkingTo =
  (pattern: RegExp): ElementTest =>
  (element) =>
    element.name === 'a' && pattern.test(element.attribute('href') ?? '');

const attributeSlugs = new Set([
  'align',
  'aria-describedby',
  'aria-hidden',
  'aria-label',
  'aria-labelledby',
  'aria-live',
  'background',
  'cellpadding',
  'cellspacing',
  'dir',
  'height',
  'hidden',
  'lang',
  'popover',
  'required',
  'role',
  'target',
  'valign',
  'width',
]);

const elementTests: Readonly<Record<string, ElementTest>> = {
  'anchor-links': linkingTo(/^#./),
  'button-reset': typed('button', 'reset'),
  'button-submit': typed('button', 'submit', true),
  'h1-h6': ({ name }) => /^h[1-6]$/.test(name),
  'image-maps': (element) => element.name === 'map' || element.attribute('usemap') !== null,
  'input-checkbox': typed('input', 'checkbox'),
  'input-hidden': typed('input', 'hidden'),
  'input-radio': typed('input', 'radio'),
  'input-reset': typed('input', 'reset'),
  'input-submit': typed('input', 'submit'),
  'input-text': typed('input', 'text', true),
  lists: named('ul', 'ol', 'dl'),
  'loading-attribute': having('loading'),
  'mailto-links': linkingTo(/^mailto:/i),
  'meta-color-scheme': (element) =>
    element.name === 'meta' && element.attribute('name')?.toLowerCase() === 'color-scheme',
  object: named('object', 'embed'),
  semantics: named(
    'article',
    'aside',
    'details',
    'figcaption',
    'figure',
    'footer',
    'header',
    'main',
    'mark',
    'nav',
    'section',
    'summary',
    'time',
  ),
  srcset: having('srcset'),
};

function countHtml(name: string, usage: Usage): number {
  if (name === 'comments') return usage.htmlCommentCount;
  if (name === 'doctype') return usage.hasHtml5Doctype ? 1 : 0;
  const test = attributeSlugs.has(name)
    ? having(name)
    : Object.hasOwn(elementTests, name)
      ? elementTests[name]
      : named(name);
  return usage.elements.filter((element) => test?.(element)).length;
}

// Pictures

const extensions: Readonly<Record<string, RegExp>> = {
  jpg: /^jpe?g$/,
  tiff: /^tiff?$/,
  heif: /^hei[cf]$/,
};
const mediaTypes: Readonly<Record<string, RegExp>> = {
  jpg: /^image\/jpeg$/,
  svg: /^image\/svg\+xml$/,
  ico: /^image\/(?:x-icon|vnd\.microsoft\.icon)$/,
  heif: /^image\/hei[cf]$/,
  mp4: /^video\/mp4$/,
};

/** By the ends of their addresses, and by the types of those that came with the message. */
function countPictures(name: string, usage: Usage, pictureTypes: readonly string[]): number {
  const sources = usage.elements
    .filter((element) => element.name === 'img')
    .map((element) => element.attribute('src') ?? '');
  if (name === 'base64') return sources.filter((source) => /^data:image\//i.test(source)).length;
  const extension = extensions[name] ?? new RegExp(`^${name}$`);
  const mediaType = mediaTypes[name] ?? new RegExp(`^image/${name}$`);
  const byName = sources.filter((source) => {
    const path = /^https?:/i.test(source) ? source.replace(/[?#].*$/s, '') : '';
    return extension.test(/\.(\w{1,5})$/.exec(path)?.[1]?.toLowerCase() ?? '');
  });
  return byName.length + pictureTypes.filter((type) => mediaType.test(type)).length;
}

// CSS

const sides = '(?:-(?:top|right|bottom|left))?';

/** Properties that a feature has beside or instead of the one in its slug. */
const propertyTests: Readonly<Record<string, RegExp>> = {
  animation: /^animation(?:-|$)/,
  'block-inline-size': /^(?:block|inline)-size$/,
  border: new RegExp(`^border${sides}(?:-(?:width|style|color))?$`),
  'border-image': /^border-image(?:-|$)/,
  'border-inline-block': /^border-(?:inline|block)$/,
  'border-inline-block-individual': /^border-(?:inline|block)-(?:start|end)$/,
  'border-inline-block-longhand':
    /^border-(?:inline|block)(?:-(?:start|end))?-(?:width|style|color)$/,
  'border-radius': /^border-(?:(?:top|bottom)-(?:left|right)-)?radius$/,
  'border-radius-logical': /^border-(?:start|end)-(?:start|end)-radius$/,
  'column-layout-properties': /^columns$|^column-(?:fill|rule|span|width)/,
  'flex-direction': /^flex-(?:direction|flow)$/,
  'flex-wrap': /^flex-(?:wrap|flow)$/,
  gap: /^(?:grid-)?(?:(?:row|column)-)?gap$/,
  'grid-template': /^grid-template(?:-|$)/,
  inset: /^inset(?:-|$)/,
  'left-right-top-bottom': /^(?:left|right|top|bottom)$/,
  margin: new RegExp(`^margin${sides}$`),
  'margin-block-start-end': /^margin-block-(?:start|end)$/,
  'margin-inline-block': /^margin-(?:inline|block)$/,
  'margin-inline-start-end': /^margin-inline-(?:start|end)$/,
  'mask-image': /^mask(?:-image)?$/,
  outline: /^outline(?:-(?:width|style|color))?$/,
  overflow: /^overflow(?:-[xy])?$/,
  padding: new RegExp(`^padding${sides}$`),
  'padding-block-start-end': /^padding-block-(?:start|end)$/,
  'padding-inline-block': /^padding-(?:inline|block)$/,
  'padding-inline-start-end': /^padding-inline-(?:start|end)$/,
  'scroll-snap': /^scroll-snap(?:-|$)/,
  transition: /^transition(?:-|$)/,
};

const functionNames: Readonly<Record<string, readonly string[]>> = {
  'conic-gradient': ['conic-gradient', 'repeating-conic-gradient'],
  'function-clamp': ['clamp'],
  'function-light-dark': ['light-dark'],
  'function-max': ['max'],
  'function-min': ['min'],
  'linear-gradient': ['linear-gradient', 'repeating-linear-gradient'],
  'modern-color': ['lch', 'oklch', 'lab', 'oklab'],
  'radial-gradient': ['radial-gradient', 'repeating-radial-gradient'],
  rgb: ['rgb'],
  rgba: ['rgba'],
  'unit-calc': ['calc'],
};

const declarationTests: Readonly<Record<string, (declaration: UsedDeclaration) => boolean>> = {
  'display-flex': ({ property, value }) =>
    property === 'display' && /^(?:inline-)?flex$/.test(value),
  'display-grid': ({ property, value }) =>
    property === 'display' && /^(?:inline-)?grid$/.test(value),
  'display-none': ({ property, value }) => property === 'display' && value === 'none',
  important: ({ isImportant }) => isImportant,
  'intrinsic-size': ({ value }) => /^(?:fit|min|max)-content\b/.test(value),
  // Their spelling.
  'sytem-ui': ({ property, value }) =>
    /^font(?:-family)?$/.test(property) && /(?<![\w-])(?:system-ui|ui-[a-z-]+)/.test(value),
  'unit-initial': ({ value }) => value === 'initial',
  variables: ({ property, value }) => property.startsWith('--') || /\bvar\(/.test(value),
};

const atRuleTests: Readonly<Record<string, RegExp>> = {
  'at-font-face': /^font-face /,
  'at-import': /^import /,
  'at-keyframes': /^keyframes /,
  'at-media': /^media /,
  'at-media-device-pixel-ratio': /^media .*device-pixel-ratio/s,
  'at-media-hover': /^media .*\((?:any-)?hover\b/s,
  'at-media-orientation': /^media .*\(orientation\b/s,
  'at-media-prefers-color-scheme': /^media .*\(prefers-color-scheme\b/s,
  'at-media-prefers-reduced-motion': /^media .*\(prefers-reduced-motion\b/s,
  'at-supports': /^supports /,
};

/** Applied to one selector of a list, its strings emptied. */
const selectorTests: Readonly<Record<string, RegExp>> = {
  'selector-adjacent-sibling': /\+/,
  'selector-attribute': /\[/,
  'selector-chaining': /[\w-]\.[\w-]|[\w-]#[\w-]/,
  'selector-child': />/,
  'selector-class': /\.[a-z_-]/i,
  'selector-descendant': /[^\s>+~,]\s+[^\s>+~,]/,
  'selector-general-sibling': /~(?!=)/,
  'selector-id': /#[a-z_-]/i,
  'selector-type': /(?:^|[\s>+~])[a-z]/i,
  'selector-universal': /\*(?!=)/,
};

function countCss(name: string, usage: Usage): number {
  if (name === 'comments') return usage.cssCommentCount;
  if (name === 'nesting') return usage.nestingCount;
  if (name === 'inert-attribute') return usage.elements.filter(having('inert')).length;
  const atRule = atRuleTests[name];
  if (atRule !== undefined) {
    return usage.atRules.filter((rule) => atRule.test(`${rule.name} ${rule.prelude}`)).length;
  }
  if (/^(?:selector|pseudo)-/.test(name)) return countSelectors(name, usage);
  const test = declarationTests[name];
  if (test !== undefined) return sum(usage.declarations.filter(test).map(({ count }) => count));
  const functions = functionNames[name];
  if (functions !== undefined) return sum(functions.map((one) => usage.functions.get(one) ?? 0));
  const unit = /^unit-([a-z]+)$/.exec(name)?.[1];
  if (unit !== undefined) return usage.units.get(unit === 'percent' ? '%' : unit) ?? 0;
  const property = propertyTests[name];
  if (property === undefined) return usage.properties.get(name) ?? 0;
  const fitting = [...usage.properties].filter(([used]) => property.test(used));
  return sum(fitting.map(([, count]) => count));
}

function countSelectors(name: string, { selectors }: Usage): number {
  if (name === 'selector-grouping') return selectors.filter((list) => list.includes(',')).length;
  const pseudo = /^pseudo-(class|element)-(.+)$/.exec(name);
  const test =
    pseudo === null
      ? selectorTests[name]
      : pseudo[1] === 'class'
        ? new RegExp(`(?<!:):${pseudo[2]}(?![\\w-])`, 'i')
        : // One colon will do for those of CSS 2.
          new RegExp(`::?${pseudo[2]}(?![\\w-])`, 'i');
  if (test === undefined) return 0;
  return selectors.filter((list) => test.test(list.replaceAll(/"[^"]*"|'[^']*'/g, '""'))).length;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
