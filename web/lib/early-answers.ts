/**
 * Answers that `public/assets/start.js` asked for while the page's code was still on its way. Each
 * is taken once; what is not wanted at the start is dropped, for later it would be out of date.
 */
interface WithEarlyAnswers {
  readonly prixfixeEarly?: Map<string, Promise<Response>>;
}

const early = (globalThis as WithEarlyAnswers).prixfixeEarly;

export function takeEarlyAnswer(url: string): Promise<Response> | undefined {
  const answer = early?.get(url);
  early?.delete(url);
  return answer;
}

export function dropEarlyAnswers(): void {
  early?.clear();
}
