//! The answer to a practice, and the evidence for it.

use leptos::prelude::*;

use crate::{
    assess::{ExcludedMatches, Finding},
    facts::Dismissal,
    ui::{
        actions::answers,
        browser::dom,
        components::{answer_form::AnswerForm, evidence::EvidenceSection},
        state::{AppState, Session},
        view::{answer, evidence, ids},
    },
};

/// The answer to a practice in the scope at hand.
pub fn answer_form(state: AppState, practice: &str, finding: Memo<Option<Finding>>) -> AnyView {
    let practice = StoredValue::new(practice.to_owned());
    let given = practice.with_value(|id| state.answering.answer(id));
    let hint = Memo::new(move |_| {
        let today = state.session.today.get_value();
        given.with(|given| finding.with(|f| answer::hint(given, f.as_ref(), &today)))
    });
    AnswerForm {
        answer: given,
        hint,
        teams: state.session.teams,
        scope: state.answering.scope,
        read_only: state.session.viewing,
        choose: Callback::new(move |chosen| practice.with_value(|id| answers::choose(state, id, chosen))),
        change: Callback::new(move |new| practice.with_value(|id| answers::set_answer(state, id, &new))),
    }
    .view()
}

/// What files say of a practice, and what is excluded.
pub fn evidence_section(state: AppState, practice: &str, finding: Memo<Option<Finding>>) -> EvidenceSection {
    let practice = StoredValue::new(practice.to_owned());
    let (session, scope) = (state.session, state.answering.scope);
    let dismissed = RwSignal::new(None);
    let items = Memo::new(move |_| {
        let (finding, scope) = (finding.get(), scope.get());
        session.assessment.with(|a| Some(evidence::items(&finding?, a.as_ref()?, &scope))).unwrap_or_default()
    });
    EvidenceSection {
        verdict: Memo::new(move |_| {
            finding.with(|f| scope.with(|scope| f.as_ref().and_then(|f| evidence::verdict(f, scope))))
        }),
        items,
        none: Signal::derive(move || {
            evidence::none_words(session.facts.with(Option::is_some), session.origin.with(Option::is_some))
        }),
        excluded: Memo::new(move |_| finding.with(|f| f.as_ref().map(|f| f.excluded.to_vec()).unwrap_or_default())),
        rules: state.library.rules,
        read_only: session.viewing,
        judge: Callback::new(move |accept| practice.with_value(|id| answers::judge(state, id, accept))),
        dismiss: Callback::new(move |(repository, dismissal): (String, Dismissal)| {
            answers::dismiss(state, repository.clone(), dismissal.clone());
            dismissed.set(Some((repository, dismissal)));
            // The place is gone from under the person's hands: what takes that back comes next.
            dom::focus_soon(ids::UNDO_DISMISSAL);
        }),
        restore: Callback::new(move |excluded: ExcludedMatches| {
            let path = excluded.paths.first().map(String::as_str).unwrap_or_default();
            answers::restore_dismissed(state, &excluded.repository, &excluded.rule, path, &excluded.kind);
            dismissed.set(None);
        }),
        dismissed,
        take_back: Callback::new(move |(repository, dismissal): (String, Dismissal)| {
            answers::restore_dismissed(state, &repository, &dismissal.rule, &dismissal.path, &dismissal.kind);
            dismissed.set(None);
            dom::focus_soon(ids::HEADING);
        }),
    }
}

/// What each team makes of a practice, where there are teams.
pub fn by_team(session: Session, finding: Memo<Option<Finding>>) -> Option<AnyView> {
    let line = finding.with(|f| session.assessment.with(|a| evidence::by_team(f.as_ref()?, a.as_ref()?)))?;
    Some(view! { <p class="small by-team"><span class="muted">"By team: "</span>{line}</p> }.into_any())
}
