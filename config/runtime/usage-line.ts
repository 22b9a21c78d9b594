/** What a wrong call is told, from commander's own words: one line, with where help is and the code. */
export function usageLine(told: string, code: string): string {
  const words = told
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return `${words.join(' ').replace(/\.$/, '')}: --help shows how [${code}]\n`;
}
