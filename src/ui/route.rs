//! Places of the application, as fragments of the address.

/// A place a person can be at, and link to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// The first screen.
    #[default]
    Start,
    /// Where the organization stands.
    Overview,
    /// Questions and answers, one of them open perhaps.
    Answer(Option<String>),
    /// All practices, one of them opened perhaps.
    Practices(Option<String>),
    /// What was found and what was left out.
    Evidence,
    /// What comes next.
    Roadmap,
    /// One thing on the screen.
    Present,
    /// Links and files.
    Share,
    /// Models at hand: choose, compare, edit, bring along.
    Models,
    /// Help and about.
    Help,
}

/// What a fragment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A place.
    Place(Place),
    /// A shared assessment.
    Link(String),
    /// Nothing.
    Nothing,
}

const DIMENSION: &str = "dimension/";

/// Places with a letter for `g` and a name for people.
pub const WAYS: [(Place, &str, &str); 8] = [
    (Place::Overview, "o", "Overview"),
    (Place::Answer(None), "a", "Answer"),
    (Place::Practices(None), "p", "Practices"),
    (Place::Evidence, "e", "Evidence"),
    (Place::Roadmap, "r", "Roadmap"),
    (Place::Present, "t", "Present"),
    (Place::Share, "s", "Share"),
    (Place::Models, "m", "Models"),
];

impl Place {
    /// Fragment of the address, without `#`.
    pub fn fragment(&self) -> String {
        match self {
            Self::Start => "start".into(),
            Self::Overview => "overview".into(),
            Self::Answer(None) => "answer".into(),
            Self::Answer(Some(id)) => format!("answer/{id}"),
            Self::Practices(None) => "practices".into(),
            Self::Practices(Some(id)) => format!("practices/{id}"),
            Self::Evidence => "evidence".into(),
            Self::Roadmap => "roadmap".into(),
            Self::Present => "present".into(),
            Self::Share => "share".into(),
            Self::Models => "models".into(),
            Self::Help => "help".into(),
        }
    }

    /// The practices of one dimension (or topic).
    pub fn dimension(id: &str) -> Self {
        Self::Practices(Some(format!("{DIMENSION}{id}")))
    }

    /// The practice opened, if any.
    pub fn practice(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) if !id.starts_with(DIMENSION) => Some(id),
            _ => None,
        }
    }

    /// The practice that is asked, if any.
    pub fn asked(&self) -> Option<&str> {
        match self {
            Self::Answer(id) => id.as_deref(),
            _ => None,
        }
    }

    /// The same page with nothing opened in it.
    pub fn page(&self) -> Self {
        match self {
            Self::Practices(_) => Self::Practices(None),
            Self::Answer(_) => Self::Answer(None),
            other => other.clone(),
        }
    }

    /// The one dimension shown, if it is one.
    pub fn one_dimension(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) => id.strip_prefix(DIMENSION),
            _ => None,
        }
    }

    /// Address of the place inside the page.
    pub fn href(&self) -> String {
        format!("#{}", self.fragment())
    }

    /// The same place, whatever is opened in it.
    pub fn same_page(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Reads a fragment. An unknown one asks for nothing.
pub fn read(fragment: &str) -> Asked {
    let (head, tail) = fragment.split_once('/').unwrap_or((fragment, ""));
    Asked::Place(match head {
        "start" => Place::Start,
        "overview" => Place::Overview,
        "answer" => Place::Answer((!tail.is_empty()).then(|| tail.to_owned())),
        "practices" if tail.is_empty() => Place::Practices(None),
        "practices" => Place::Practices(Some(tail.to_owned())),
        "evidence" => Place::Evidence,
        "roadmap" => Place::Roadmap,
        "present" => Place::Present,
        "share" => Place::Share,
        "models" => Place::Models,
        "help" => Place::Help,
        _ if is_link(fragment) => return Asked::Link(fragment.to_owned()),
        _ => return Asked::Nothing,
    })
}

fn is_link(fragment: &str) -> bool {
    fragment
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(version, _)| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_come_back() {
        for (place, _, _) in WAYS {
            assert_eq!(read(&place.fragment()), Asked::Place(place));
        }
        assert_eq!(read(&Place::dimension("fleet").fragment()), Asked::Place(Place::dimension("fleet")));
        assert_eq!(Place::dimension("fleet").one_dimension(), Some("fleet"));
        assert_eq!(Place::dimension("fleet").practice(), None);
        assert_eq!(read("answer/auto-sync"), Asked::Place(Place::Answer(Some("auto-sync".into()))));
        assert_eq!(read("practices/auto-sync"), Asked::Place(Place::Practices(Some("auto-sync".into()))));
    }

    #[test]
    fn links_are_told_apart() {
        assert_eq!(read("v1.abc"), Asked::Link("v1.abc".into()));
        assert_eq!(read("v12.abc"), Asked::Link("v12.abc".into()));
        assert_eq!(read("vault"), Asked::Nothing);
        assert_eq!(read(""), Asked::Nothing);
    }
}
