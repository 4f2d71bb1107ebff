//! One practice, opened beside the list: what is asked, what was found, what was said, and the arithmetic.

use leptos::prelude::*;

use crate::{
    assess::{self, Finding, Proposal, Source},
    model::{Model, Practice},
    score::{DimensionScore, LevelScore},
    ui::{
        actions::{answers, browse::go_to_practice, rules},
        bindings::practice::{answer_form, by_team, evidence_section},
        components::{
            form::{button, dynamic},
            rubric::rubric,
            rule_text::references,
        },
        state::{AppState, Session},
        view::{
            answer::axis_name,
            evidence::{both_say, principles_words},
            ids,
            route::Route,
            text,
        },
    },
};

/// The panel.
pub(super) fn panel(state: AppState, id: &str) -> AnyView {
    let session = state.session;
    let Some(model) = session.model.get_untracked() else { return ().into_any() };
    let Some(practice) = model.model.practice(id) else {
        return view! {
            <aside class="panel" aria-label="Practice">
                <p>"This model has no such practice. "<a href="#practices">"See all practices"</a></p>
            </aside>
        }
        .into_any();
    };
    rules::prefetch_texts(state);
    let finding = session.finding(id);
    let evidence = evidence_section(state, id, finding);
    let axis = axis_name(&model.model, practice).map(str::to_owned);
    view! {
        <div class="panel" id=ids::PANEL role="dialog" aria-labelledby=ids::HEADING>
            <div class="panel-bar">
                {button("← Previous", "quiet", Callback::new(move |()| go_to_practice(state, -1)))}
                {button("Next →", "quiet", Callback::new(move |()| go_to_practice(state, 1)))}
                <a class="button quiet" href="#practices" aria-label="Close the practice">"Close ×"</a>
            </div>
            <p class="small muted">
                {text::level_name(&model.model, practice.level)}" · "{axis}{principles_words(practice)}
            </p>
            <h2 id=ids::HEADING tabindex="-1">{practice.title.clone()}</h2>
            <p class="statement">{practice.statement.clone()}</p>
            {now(session, finding)}
            <section class="answer" aria-label="Answer">
                <h3>{practice.question.clone()}</h3>
                {answer_form(state, id, finding)}
                {declared(state, id.to_owned())}
            </section>
            {rubric(&practice.rubric)}
            {evidence.view(usize::MAX)}
            {evidence.excluded()}
            {arithmetic(session, practice, finding)}
            {why(practice)}
            {requires(&model.model, practice)}
        </div>
    }
    .into_any()
}

/// Exemptions that repositories declare for the practice, each to be taken over by a person or left.
fn declared(state: AppState, practice: String) -> AnyView {
    dynamic(move || {
        let (model, facts) = (state.session.model.get()?, state.session.facts.get()?);
        let mut proposals = assess::proposals(&model.model, &facts);
        proposals.retain(|proposal| proposal.practice == practice);
        if proposals.is_empty() {
            return None;
        }
        let items = proposals.into_iter().map(|proposal| declared_item(state, proposal)).collect_view();
        Some(view! {
            <div class="declared">
                <h4>"Declared elsewhere"</h4>
                <p class="small muted">"It counts only if you take it over."</p>
                <ul>{items}</ul>
            </div>
        })
    })
}

fn declared_item(state: AppState, proposal: Proposal) -> AnyView {
    let declared = format!("{} declares the check {} exempt", proposal.repository, proposal.check);
    let reason = if proposal.reason.is_empty() { "no reason given".to_owned() } else { proposal.reason.clone() };
    let accept = Callback::new(move |()| answers::exempt(state, &proposal.practice, &proposal.reason));
    view! {
        <li>
            {declared}": "<q>{reason}</q>" "
            {button("Answer exempt, with this reason", "quiet", accept)}
        </li>
    }
    .into_any()
}

/// The state in force, and what files and people say.
fn now(session: Session, finding: Memo<Option<Finding>>) -> AnyView {
    let content = move || {
        let found = finding.get()?;
        let (files, people) = both_say(&found);
        let conflict = (found.source == Source::Conflict).then(|| {
            view! {
                <p class="conflict" role="note">
                    "Files and people differ. The person's word counts. Look at the evidence, then change the answer or dismiss what does not count."
                </p>
            }
        });
        Some(view! {
            <p class="now-state">
                <span class="mark" aria-hidden="true">{found.state.mark()}</span>
                <strong>{text::state(found.state, found.value)}</strong>
                <span class="muted">" · "{found.source.words()}</span>
            </p>
            <dl class="pair">
                <div><dt>"Files say"</dt><dd>{files}</dd></div>
                <div><dt>"People say"</dt><dd>{people}</dd></div>
            </dl>
            {by_team(session, finding)}
            {conflict}
        })
    };
    view! { <div class="now" aria-live="polite">{dynamic(content)}</div> }.into_any()
}

/// How the value of the practice comes about, and how it enters the score of its dimension.
fn arithmetic(session: Session, practice: &Practice, finding: Memo<Option<Finding>>) -> AnyView {
    let practice = practice.clone();
    let dimension = move || {
        let (model, card) = (session.model.get()?, session.card.get()?);
        let axis = model.model.axis_of(&practice);
        let d = card.dimensions.iter().find(|d| d.id == axis)?;
        Some(dimension_arithmetic(&model.model, d, &practice))
    };
    view! {
        <section aria-label="The number">
            <h3>"The number"</h3>
            <p class="tabular">{dynamic(move || finding.with(|f| f.as_ref().map(|f| f.arithmetic.clone())))}</p>
            {dynamic(dimension)}
        </section>
    }
    .into_any()
}

fn dimension_arithmetic(model: &Model, d: &DimensionScore, practice: &Practice) -> AnyView {
    let rows = d.levels.iter().map(|l| level_row(model, l, practice.level)).collect_view();
    view! {
        <details>
            <summary>{format!("How it enters {} (weight {})", d.name, practice.weight)}</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="Arithmetic by level">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Level"</th>
                        <th scope="col" class="num">"Sum / weight"</th>
                        <th scope="col" class="num">"Fraction"</th>
                        <th scope="col" class="num">"Known"</th>
                        <th scope="col"><span class="sr">"Reached"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            </div>
            <p class="small">{format!("Score: the sum of the fractions, {}.", text::number_or_unknown(d.score))}</p>
        </details>
    }
    .into_any()
}

fn level_row(model: &Model, l: &LevelScore, current: u8) -> AnyView {
    let sum = if l.empty {
        "no practice applies; takes its neighbour's".to_owned()
    } else {
        format!("{:.2} / {:.2}", l.sum, l.known_weight)
    };
    let reached = match (l.scored, l.passed) {
        (false, _) => "adds nothing",
        (true, true) => "reached",
        (true, false) => "not yet",
    };
    view! {
        <tr class:here=l.level == current>
            <th scope="row">{text::level_name(model, l.level)}</th>
            <td class="num">{sum}</td>
            <td class="num">{l.fraction.map_or_else(|| "?".to_owned(), |f| format!("{f:.2}"))}</td>
            <td class="num">{text::percent(l.coverage)}</td>
            <td>{reached}</td>
        </tr>
    }
    .into_any()
}

fn why(practice: &Practice) -> AnyView {
    let p = practice.clone();
    view! {
        <section aria-label="Why it matters">
            <h3>"Why it matters"</h3>
            <dl class="benefit">
                <div><dt>"Developers"</dt><dd>{p.benefit.developers}</dd></div>
                <div><dt>"Operations"</dt><dd>{p.benefit.operations}</dd></div>
                <div><dt>"Business"</dt><dd>{p.benefit.business}</dd></div>
            </dl>
            <h3>"First steps"</h3>
            <ol>{p.steps.into_iter().map(|s| view! { <li>{s}</li> }).collect_view()}</ol>
            <p class="small muted">{format!("Effort {}", text::effort(p.effort))}</p>
            {(!p.references.is_empty()).then(|| view! { <h3>"Read on"</h3> {references(p.references)} })}
        </section>
    }
    .into_any()
}

fn requires(model: &Model, practice: &Practice) -> Option<AnyView> {
    if practice.requires.is_empty() {
        return None;
    }
    let list = practice
        .requires
        .iter()
        .filter_map(|id| model.practice(id))
        .map(|p| view! { <li><a href=Route::practice(&p.id).href()>{p.title.clone()}</a></li> })
        .collect_view();
    Some(view! { <section aria-label="Comes before"><h3>"Comes before"</h3><ul>{list}</ul></section> }.into_any())
}
