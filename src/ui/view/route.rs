//! Routes of the application, written as fragments of the address.

/// A place in the application that has an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// The first screen.
    #[default]
    Start,
    /// Where the organization stands.
    Overview,
    /// Questions and answers, with the id of the practice that is asked.
    Answer(Option<String>),
    /// All practices, with what is opened: a practice id, or `dimension/<axis id>`.
    Practices(Option<String>),
    /// What was found and what was excluded.
    Evidence,
    /// What comes next.
    Roadmap,
    /// The presentation.
    Present,
    /// Links and files.
    Share,
    /// The models: choose, compare, edit, import.
    Models,
    /// Help and about.
    Help,
}

/// What a fragment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A page of the application.
    Route(Route),
    /// A shared assessment: the text of its link.
    Link(String),
    /// Nothing that is known.
    Nothing,
}

const DIMENSION: &str = "dimension/";

/// The entries of the navigation: route, the key that follows `g`, and the label.
pub const NAVIGATION: [(Route, &str, &str); 8] = [
    (Route::Overview, "o", "Overview"),
    (Route::Answer(None), "a", "Answer"),
    (Route::Practices(None), "p", "Practices"),
    (Route::Evidence, "e", "Evidence"),
    (Route::Roadmap, "r", "Roadmap"),
    (Route::Present, "t", "Present"),
    (Route::Share, "s", "Share"),
    (Route::Models, "m", "Models"),
];

impl Route {
    /// Fragment of the address, without `#`.
    #[must_use]
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

    /// Parses a fragment. Any that is neither a route nor a link asks for nothing.
    #[must_use]
    pub fn parse(fragment: &str) -> Request {
        let (head, tail) = fragment.split_once('/').unwrap_or((fragment, ""));
        Request::Route(match head {
            "start" => Self::Start,
            "overview" => Self::Overview,
            "answer" => Self::Answer((!tail.is_empty()).then(|| tail.to_owned())),
            "practices" => Self::Practices((!tail.is_empty()).then(|| tail.to_owned())),
            "evidence" => Self::Evidence,
            "roadmap" => Self::Roadmap,
            "present" => Self::Present,
            "share" => Self::Share,
            "models" => Self::Models,
            "help" => Self::Help,
            _ if is_link(fragment) => return Request::Link(fragment.to_owned()),
            _ => return Request::Nothing,
        })
    }

    /// The question of a practice.
    #[must_use]
    pub fn question(id: &str) -> Self {
        Self::Answer(Some(id.to_owned()))
    }

    /// A practice, opened beside the list.
    #[must_use]
    pub fn practice(id: &str) -> Self {
        Self::Practices(Some(id.to_owned()))
    }

    /// The practices of one axis (a dimension or a topic).
    #[must_use]
    pub fn dimension(id: &str) -> Self {
        Self::Practices(Some(format!("{DIMENSION}{id}")))
    }

    /// Id of the practice that is opened beside the list.
    #[must_use]
    pub fn open_practice(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) if !id.starts_with(DIMENSION) => Some(id),
            _ => None,
        }
    }

    /// Id of the practice whose question is asked.
    #[must_use]
    pub fn open_question(&self) -> Option<&str> {
        match self {
            Self::Answer(id) => id.as_deref(),
            _ => None,
        }
    }

    /// Id of the axis to which the list of practices is restricted.
    #[must_use]
    pub fn only_dimension(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) => id.strip_prefix(DIMENSION),
            _ => None,
        }
    }

    /// The same page with nothing opened in it.
    #[must_use]
    pub fn page(&self) -> Self {
        match self {
            Self::Practices(_) => Self::Practices(None),
            Self::Answer(_) => Self::Answer(None),
            other => other.clone(),
        }
    }

    /// Whether two routes are on the same page, whatever is opened in it.
    #[must_use]
    pub fn same_page(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Whether the page can be shown without an open assessment.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        matches!(self, Self::Start | Self::Help | Self::Models)
    }

    /// The fragment as the target of a link.
    #[must_use]
    pub fn href(&self) -> String {
        format!("#{}", self.fragment())
    }
}

/// Share links begin with their version: `v1.`, `v2.`.
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
    fn fragments_are_parsed_back_to_their_route() {
        let opened = [
            Route::Start,
            Route::Help,
            Route::question("auto-sync"),
            Route::practice("auto-sync"),
            Route::dimension("fleet"),
        ];
        for route in NAVIGATION.into_iter().map(|(route, _, _)| route).chain(opened) {
            assert_eq!(Route::parse(&route.fragment()), Request::Route(route));
        }
    }

    #[test]
    fn an_axis_is_no_practice() {
        let route = Route::dimension("fleet");
        assert_eq!(route.href(), "#practices/dimension/fleet");
        assert_eq!((route.only_dimension(), route.open_practice()), (Some("fleet"), None));
        let route = Route::practice("auto-sync");
        assert_eq!((route.only_dimension(), route.open_practice()), (None, Some("auto-sync")));
    }

    #[test]
    fn a_page_stays_the_same_whatever_is_opened_in_it() {
        assert!(Route::question("a").same_page(&Route::Answer(None)));
        assert!(!Route::question("a").same_page(&Route::practice("a")));
        assert_eq!(Route::question("a").page(), Route::Answer(None));
        assert_eq!(Route::dimension("a").page(), Route::Practices(None));
    }

    #[test]
    fn links_are_told_apart_from_routes() {
        assert_eq!(Route::parse("v1.abc"), Request::Link("v1.abc".into()));
        assert_eq!(Route::parse("v12.abc"), Request::Link("v12.abc".into()));
        for other in ["vault", "v.abc", "vx.abc", "main", ""] {
            assert_eq!(Route::parse(other), Request::Nothing, "{other}");
        }
    }

    #[test]
    fn keys_of_the_navigation_are_unique() {
        let mut keys: Vec<&str> = NAVIGATION.iter().map(|(_, key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), NAVIGATION.len());
    }
}
