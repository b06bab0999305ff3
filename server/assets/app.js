// Two small conveniences; every page works without them.
"use strict";

// Times are sent as China Standard Time; here they become the reader's own.
const language = document.documentElement.lang;
const formats = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  full: { dateStyle: "medium", timeStyle: "short" },
};
function localTimes() {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const instant = new Date(element.dateTime);
    if (Number.isNaN(instant.getTime())) continue;
    const format = formats[element.dataset.format] ?? formats.full;
    element.textContent = new Intl.DateTimeFormat(language, format).format(instant);
    element.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(instant);
  }
}
localTimes();
addEventListener("jicha:renewed", localTimes);

// A phone's camera has opened the enrolment address: show the code that stands behind the #.
const code = document.getElementById("enrol-code");
if (code && /^#[0-9A-Za-z]{10}$/.test(location.hash)) {
  const text = location.hash.slice(1).toUpperCase();
  code.textContent = `${text.slice(0, 5)}-${text.slice(5)}`;
  code.hidden = false;
}
