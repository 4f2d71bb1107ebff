//! The scanner worker.

fn main() {
    cairn::worker::run();
}
