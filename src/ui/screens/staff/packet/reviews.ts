import { html, nothing, type TemplateResult } from 'lit'
import type { CheckedReview } from '#app/staff/staff-model.ts'
import type { StaffText } from '../../../locales/staff-en.ts'
import { levelBadge } from '../level-badge.ts'

/** Signed reviews so far, each with the name its signature proves. */
export const reviewsPanel = (reviews: readonly CheckedReview[], t: StaffText): TemplateResult | typeof nothing => {
  if (reviews.length === 0) return nothing
  const r = t.packet.review
  return html`<section class="panel" aria-labelledby="reviews-h">
    <h2 id="reviews-h">${r.previous}</h2>
    <ol class="reviews">
      ${reviews.map((checked) =>
        checked.trusted
          ? html`<li>
              <p class="row">
                <strong>${r.by(checked.signedBy, t.roles[checked.review.reviewerRole])}</strong
                ><span class="soft small">${t.dateTime(checked.review.decidedAt)}</span><span class="tag">✓ ${r.verified}</span>
              </p>
              <p class="row">${r.decisions[checked.review.decision].name}${levelBadge(checked.review.level, t)}</p>
              ${checked.review.reason === '' ? nothing : html`<p class="reason">${checked.review.reason}</p>`}
            </li>`
          : html`<li><p class="error">${r.untrusted}</p></li>`,
      )}
    </ol>
  </section>`
}
