// Sets light or dark before the first paint; a separate file because inline scripts are refused.
;(function () {
  var wanted = null
  try {
    wanted = localStorage.getItem('workbench.theme')
  } catch {
    // Storage can be switched off; the system's preference is used then.
  }
  var dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
