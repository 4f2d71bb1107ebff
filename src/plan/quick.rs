//! A quick round: few questions that give a first picture of every axis.

use crate::{
    assess::{Findings, State},
    model::{Model, Practice},
    util::{sort, sorted::SortedMap},
};

/// How many questions a quick round asks.
pub const QUICK: usize = 24;

/// Chooses up to `count` practices of which nothing is known yet: axes take turns, and on each axis the practices
/// nearest to its target come first, lower levels before higher ones, heavier before lighter.
///
/// Near the target an answer tells most: what lies far below is mostly done, what lies far above mostly not.
#[must_use]
pub fn quick(model: &Model, findings: &Findings, targets: &SortedMap<String, u8>, count: usize) -> Vec<String> {
    let mut queues: Vec<Vec<&Practice>> = model
        .axes_list()
        .into_iter()
        .map(|(axis, _)| {
            let target = targets.get(axis).copied().unwrap_or(1);
            let mut open: Vec<&Practice> = model
                .practices
                .iter()
                .filter(|p| model.axis_of(p) == axis)
                .filter(|p| findings.get(&p.id).is_none_or(|f| f.state == State::Unknown))
                .collect();
            // Stable: file order decides between equals.
            sort::sort_by(&mut open, |a, b| {
                (a.level.abs_diff(target), a.level)
                    .cmp(&(b.level.abs_diff(target), b.level))
                    .then(b.weight.total_cmp(&a.weight))
            });
            open.reverse();
            open
        })
        .collect();
    let mut chosen = Vec::new();
    while chosen.len() < count && queues.iter().any(|q| !q.is_empty()) {
        for queue in &mut queues {
            if chosen.len() < count
                && let Some(practice) = queue.pop()
            {
                chosen.push(practice.id.clone());
            }
        }
    }
    // Asked axis by axis, in the model's order: a person stays with one subject.
    let position = |id: &String| model.practices.iter().position(|p| &p.id == id);
    let axes = model.axes_list();
    sort::sort_by_key(&mut chosen, |id| {
        let axis = model.practice(id).map(|p| model.axis_of(p));
        (axes.iter().position(|(a, _)| Some(*a) == axis), position(id))
    });
    chosen
}
