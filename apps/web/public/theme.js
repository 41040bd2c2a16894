// A blocking script outside the bundle: sets the theme before the first paint, under a content
// security policy without inline scripts.
(() => {
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the theme of the system applies.
  }
})();
