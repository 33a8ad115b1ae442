// Nothing unsent is left to keep once the paper is in.
import { openStore } from './store.js';

document.querySelector('[data-print]')?.addEventListener('click', () => print());
const store = await openStore(document.querySelector('[data-receipt]').dataset.id);
await store.clear().catch(() => {});
