//! The page: starts the application.

fn main() {
    cairn::ui::start();
}
