/** What the server's HTML hands to the script: `<script type="application/json" id="page-data">`. */
export interface PageData {
  page: string;
  /** Text id → text, in the language of the page. */
  texts: Readonly<Record<string, string>>;
  /** The address of the call's script, empty when this build has none. */
  stage: string;
  /** On the visit's page only: what tells this visit from others, the same in every tab and after a reload. */
  visit?: string;
  /** In which role the visitor comes: an audience has no camera and no microphone. */
  role?: 'guest' | 'audience';
  /** How long the visitor may wait to be let in, in minutes; absent: for ever. */
  waitMinutes?: number;
  /** The path of the visit's own link, which puts it back into the session; absent for a meeting that the visitor brought. */
  link?: string;
  /** What this visit does not offer, besides what the role does not. */
  noCamera?: boolean;
  noShare?: boolean;
  /** On the page of a visit that cannot be joined yet: in how many seconds it can. */
  opensIn?: number;
  /** The organisation's colour for the call, when it has one. */
  brand?: { brand: string; hover: string; onBrand: string };
  /** On the page of the device test only: what works better than this browser, in words. */
  better?: string;
  /** On the host's page only: what to join with, what commands must show, and the room they are for. */
  ticket?: unknown;
  hostKey?: string;
  room?: string;
  /** On the page of signed-in staff only: the text of the link. */
  seal?: string;
}

/** Reads the page's data; a page without any gets an empty one. */
export function readPageData(doc: Document): PageData {
  let data: Partial<PageData> = {};
  try {
    data = JSON.parse(doc.getElementById('page-data')?.textContent ?? '{}') as Partial<PageData>;
  } catch {
    // A page that was cut off in transit still shows its HTML.
  }
  return { ...data, page: data.page ?? '', texts: data.texts ?? {}, stage: data.stage ?? '' };
}

/** The text for so many, in the form that the language has for them: each stands under the id and the CLDR's name of the form. */
export function counted(texts: Readonly<Record<string, string>>, id: string, count: number, lang: string): string {
  const form = new Intl.PluralRules(lang || undefined).select(count);
  return (texts[`${id}.${form}`] ?? texts[`${id}.other`] ?? texts[id] ?? '').replace('{count}', String(count));
}

/** Finds an element that the server may have left out. */
export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}

/** Shows or hides an element, if it is there. */
export function show(element: HTMLElement | null, visible: boolean): void {
  if (element) element.hidden = !visible;
}

/** Writes a text into an element, if it is there. */
export function write(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
