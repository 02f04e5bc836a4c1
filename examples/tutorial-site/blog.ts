/** A small blog: everybody reads, whoever is logged in writes. */
import { html, loginRequired, messages, redirect, type View } from 'postern'
import { csrfField, plainPage, sitePage, time } from './pages.ts'
import type { Post, SiteDatabase } from './site-database.ts'

const LONGEST_TITLE = 100

/** The blog's views over its table. */
export function blog(database: SiteDatabase): { home: View; post: View; write: View } {
  const home: View = (request) =>
    sitePage(
      request,
      'Signing out, finished',
      html`<p class="lead">A small blog with something to protect. Sign in, look at the dashboard, sign out, and try to get
back: with the Back button, with a copied cookie, from another tab.</p>
<p class="actions">${
        request.user.isAuthenticated
          ? html`<a class="button" href="/dashboard/">Go to the dashboard</a> <a href="/posts/new/">Write something</a>`
          : html`<a class="button" href="/accounts/login/">Log in</a> <a href="/dashboard/">Try the dashboard without</a>`
      }</p>
${database.posts().map((post) => html`<article><h2><a href="/posts/${post.id}/">${post.title}</a></h2>${byline(post)}</article>`)}`,
    )

  const post: View = (request, { id = '' }) => {
    const found = database.post(Number(id))
    if (found === undefined) return plainPage('There is no such post', html`<p><a href="/">To the blog</a></p>`, 404)
    return sitePage(request, found.title, html`<article><p>${found.body}</p>${byline(found)}</article>`)
  }

  const write: View = loginRequired(async (request) => {
    const form = await request.form()
    const title = form.get('title')?.trim() ?? ''
    const body = form.get('body')?.trim() ?? ''
    if (request.method === 'POST' && title !== '' && title.length <= LONGEST_TITLE && body !== '') {
      database.write(title, body, request.user.username)
      messages.success(request, 'Your post is there for everybody to read.')
      return redirect('home')
    }
    if (request.method === 'POST')
      messages.error(request, `A post needs a title of at most ${LONGEST_TITLE} characters, and a text.`)
    return sitePage(
      request,
      'Write something',
      html`<form method="post">${csrfField(request)}
<label for="title">Title</label><input type="text" id="title" name="title" value="${title}" maxlength="${LONGEST_TITLE}" required>
<label for="body">Text</label><textarea id="body" name="body" required>${body}</textarea>
<button type="submit">Publish</button></form>`,
    )
  })

  return { home, post, write }
}

function byline({ author, written }: Post) {
  return html`<p class="meta">by ${author}, ${time(new Date(written))}</p>`
}
