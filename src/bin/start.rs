//! The first screen: small, so that it is there at once. The application is loaded when there is something to open.

fn main() {
    cairn::ui::landing::start();
}
