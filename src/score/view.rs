//! Another way to read the practices: depth and breadth of each group, told apart.

use crate::{
    assess::{Findings, State},
    model::{Model, View},
};

/// Depth and breadth of one group of practices.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewScore {
    /// Group id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How well the practices are done: mean of their values in [0, 1]; none where nothing is known.
    pub depth: Option<f64>,
    /// Practices with a value, of those that apply.
    pub known: (usize, usize),
    /// How widely: repositories in which at least one practice of the group is found, of those to which one applies and
    /// where something is known; none where no file says.
    pub breadth: Option<(usize, usize)>,
}

/// Scores a view.
#[must_use]
pub fn view(model: &Model, findings: &Findings, view: &View) -> Vec<ViewScore> {
    view.items
        .iter()
        .map(|item| {
            let found: Vec<_> = item
                .practices
                .iter()
                .filter(|id| model.practice(id).is_some())
                .filter_map(|id| findings.get(id))
                .filter(|f| !matches!(f.state, State::NotApplicable | State::Exempt))
                .collect();
            let values: Vec<f64> = found.iter().filter_map(|f| f.value).collect();
            #[allow(clippy::cast_precision_loss)]
            let depth = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
            let mut repositories = crate::util::sorted::SortedMap::new();
            for one in found.iter().flat_map(|f| f.repositories.iter()) {
                if let Some(value) = one.value {
                    *repositories.entry(one.repository.as_str()).or_insert(false) |= value > 0.0;
                }
            }
            let wide = repositories.values().filter(|v| **v).count();
            ViewScore {
                id: item.id.clone(),
                name: item.name.clone(),
                depth,
                known: (values.len(), found.len()),
                breadth: (!repositories.is_empty()).then_some((wide, repositories.len())),
            }
        })
        .collect()
}
