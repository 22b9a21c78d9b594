/**
 * What a property's text must be. `text`: anything. `day`: YYYY-MM-DD. `instant`: ISO 8601 in UTC. `share`: 0 to 1.
 * `points`: 0 to 100. `count`: a whole number of 0 or more.
 */
export const PROPERTY_TYPES = ['text', 'day', 'instant', 'share', 'points', 'count'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

export type PropertyFacts = { readonly type: PropertyType; readonly required: boolean };
export type Properties = Readonly<Record<string, PropertyFacts>>;

/** A property that every element of its kind has. */
export function always(type: PropertyType): PropertyFacts {
  return { type, required: true };
}

/** A property that is left out where it is not known. */
export function maybe(type: PropertyType): PropertyFacts {
  return { type, required: false };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;
const COUNT = /^\d{1,15}$/;
const NUMBER = /^\d{1,3}(?:\.\d{1,17})?(?:e-\d{1,3})?$/;

/** Whether a text is of a type. */
export function isOfType(text: string, type: PropertyType): boolean {
  switch (type) {
    case 'text':
      return text !== '';
    case 'day':
      return DAY.test(text) && !Number.isNaN(Date.parse(text));
    case 'instant':
      return INSTANT.test(text) && !Number.isNaN(Date.parse(text));
    case 'share':
      return NUMBER.test(text) && Number(text) <= 1;
    case 'points':
      return NUMBER.test(text) && Number(text) <= 100;
    case 'count':
      return COUNT.test(text);
  }
}
