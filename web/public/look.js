// Before the first paint: the person's language and look, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var look = localStorage.getItem('weijian.look') || 'system';
  var dark =
    look === 'dark' || (look === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.look = dark ? 'dark' : 'light';
  root.lang = localStorage.getItem('weijian.language') === 'en' ? 'en' : 'zh-CN';
})();
