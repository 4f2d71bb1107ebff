//! What the application knows: signals in a few groups, and memos over them, each computed once.
//!
//! All groups are handles that can be copied into any closure.

mod answering;
mod library;
mod navigation;
mod notices;
mod scan;
mod session;
mod settings;
mod stored;

pub use answering::AnsweringState;
pub use library::{Draft, Library};
pub use navigation::Navigation;
pub use notices::{MissingModel, Notice, Notices, Pending, Remedy};
pub use scan::ScanState;
pub use session::{Origin, PrecomputedFindings, Session};
pub use settings::Settings;
pub use stored::StoredWork;

/// The whole state.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Where the person is.
    pub navigation: Navigation,
    /// The open assessment, and what follows from it.
    pub session: Session,
    /// The scan.
    pub scan: ScanState,
    /// Models and rules at hand.
    pub library: Library,
    /// Which questions are asked, and for whom they are answered.
    pub answering: AnsweringState,
    /// What the browser remembers of how a person likes it.
    pub settings: Settings,
    /// Messages.
    pub notices: Notices,
    /// What is stored on this computer.
    pub stored: StoredWork,
}

impl AppState {
    /// The state at the start. It belongs to the reactive owner at hand.
    pub fn new() -> Self {
        let (session, library) = (Session::new(), Library::new());
        Self {
            navigation: Navigation::new(session),
            session,
            scan: ScanState::new(),
            library,
            answering: AnsweringState::new(session, library),
            settings: Settings::new(),
            notices: Notices::new(),
            stored: StoredWork::new(),
        }
    }
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}
