// Whether there is room for a window whose head and field stay in place, given the size of its text.

const LEAST = { height: 28, width: 16 }; // in heights of a letter (rem)

export function fitRoom(): void {
  const root = document.documentElement;
  const letter = parseFloat(getComputedStyle(root).fontSize);
  root.classList.toggle("cramped", innerHeight < LEAST.height * letter || innerWidth < LEAST.width * letter);
}
