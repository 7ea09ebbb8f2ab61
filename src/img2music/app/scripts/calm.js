// Gradio's loading signs count their seconds in every frame, the first one long after it is gone, and keep a processor
// busy with that. Once a second will do.
(() => {
  const draw = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (step) =>
    /performance\.now/.test(step) ? window.setTimeout(() => draw(step), 1000) : draw(step);
})();
