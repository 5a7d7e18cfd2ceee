// The light script of our own pages, and the only one before Join. It starts whatever its page contains.
import { removeOthersWords } from './capable.ts';
import { carryRejoin, carryTyped, keptLink, takeTyped } from './carry.ts';
import { byId, readPageData } from './page.ts';
import { prefetch } from './prefetch.ts';
import { startState } from './statepage.ts';
import { startSurvey } from './survey.ts';
import { startVisit } from './visitpage.ts';
import { removeOwnZone } from './zone.ts';

const data = readPageData(document);

removeOthersWords(document);
removeOwnZone(document);

// Another language is another page.
const typed = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[type="text"][name], textarea[name]')];
takeTyped(() => sessionStorage, typed);
for (const link of document.querySelectorAll('.languages a')) {
  link.addEventListener('click', () => carryTyped(() => sessionStorage, typed));
}

const form = byId('join-form');
if (form instanceof HTMLFormElement) startVisit(form, data);

// The scripts of the call come when the page has been painted: earlier, they would compete with it.
const scripts = byId('prefetch');
if (scripts instanceof HTMLTemplateElement)
  addEventListener('load', () => setTimeout(prefetch, 500, scripts.content.querySelectorAll('link')));

if (data.page === 'state') {
  startState(data, {
    now: () => Date.now(),
    later: (act, ms) => window.setTimeout(act, ms),
    reload: () => location.reload(),
  });
}

const survey = byId('survey-form');
if (survey instanceof HTMLFormElement) startSurvey(survey, fetch.bind(globalThis), (address) => location.replace(address));

const back = keptLink(() => sessionStorage);
if (data.page === 'ended' && back) {
  for (const link of document.querySelectorAll('a[href="/visit"]')) link.setAttribute('href', back);
}

for (const link of document.querySelectorAll('a[data-action]')) {
  const action = link.getAttribute('data-action') ?? '';
  if (['rejoin', 'wait-again', 'take-over'].includes(action))
    link.addEventListener('click', () => carryRejoin(() => sessionStorage));
}
