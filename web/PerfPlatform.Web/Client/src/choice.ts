// A select that leads somewhere (data-submit): what is chosen with the pointer leads there at once. By the keyboard the arrows pass over options that nobody
// chose, so there the form's button does; without scripts it does for all.
let passing: EventTarget | null = null;

addEventListener('keydown', event => passing = event.target, true);
addEventListener('pointerdown', () => passing = null, true);
addEventListener('change', event => {
  if (event.target instanceof HTMLSelectElement && event.target.matches('[data-submit]') && event.target !== passing) event.target.form?.requestSubmit();
});
