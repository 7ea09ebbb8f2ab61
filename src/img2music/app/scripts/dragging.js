// A link to a file of the page can be dragged into a folder or another program, as browsers of Chromium's kind allow.
document.addEventListener("dragstart", (event) => {
  const link = event.target.closest?.("a[download]");
  if (link) event.dataTransfer.setData("DownloadURL", `${link.type}:${link.download}:${link.href}`);
});
