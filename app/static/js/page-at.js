// A page of ours, fetched and read, and how to tell that the sign-in page came in its place.

export const parse = (html) => new DOMParser().parseFromString(html, 'text/html');

export const signIn = ({ status, redirected, url }) =>
  status === 401 || (redirected && new URL(url).pathname === '/sign-in');

export async function pageAt(href) {
  try {
    const answer = await fetch(href, { cache: 'no-store' });
    if (signIn(answer)) location.assign(href);
    return answer.status < 500 ? parse(await answer.text()) : null;
  } catch {
    return null;
  }
}
