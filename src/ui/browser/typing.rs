//! What is being typed. It counts after a pause, or at once when a person goes on to something else: before the place
//! changes, before the page ends, and before the field goes away.

use std::cell::{Cell, RefCell};

use super::dom;

/// Milliseconds after the last letter until what is typed counts.
const PAUSE: i32 = 500;

/// Gives what was typed to whoever it is for.
type Commit = Box<dyn FnOnce()>;

thread_local! {
    /// One person types in one field at a time.
    static PENDING: RefCell<Option<(u32, Commit)>> = const { RefCell::new(None) };
    static FIELDS: Cell<u32> = const { Cell::new(0) };
    static LETTERS: Cell<u32> = const { Cell::new(0) };
}

fn next(counter: &'static std::thread::LocalKey<Cell<u32>>) -> u32 {
    let number = counter.get().wrapping_add(1);
    counter.set(number);
    number
}

/// The number of a new field.
pub fn new_field() -> u32 {
    next(&FIELDS)
}

/// Takes note of what is typed in a field so far. `soon` counts it after a pause; else it waits for [`commit`].
pub fn hold(field: u32, soon: bool, commit_it: Commit) {
    if PENDING.with(|p| p.borrow().as_ref().is_some_and(|(other, _)| *other != field)) {
        commit();
    }
    PENDING.with(|p| *p.borrow_mut() = Some((field, commit_it)));
    let letter = next(&LETTERS);
    if soon {
        dom::spawn(async move {
            dom::sleep(PAUSE).await;
            if LETTERS.get() == letter {
                commit();
            }
        });
    }
}

/// Lets what was typed count now.
pub fn commit() {
    // Taken out first: what is done with it may lead here again.
    let pending = PENDING.with(|p| p.borrow_mut().take());
    if let Some((_, commit_it)) = pending {
        commit_it();
    }
}

/// Lets what was typed in a field count now, where it is this one that is typed in.
pub fn commit_field(field: u32) {
    if PENDING.with(|p| p.borrow().as_ref().is_some_and(|(this, _)| *this == field)) {
        commit();
    }
}

/// Forgets what was typed in a field, for it has come in another way.
pub fn forget(field: u32) {
    PENDING.with(|p| {
        let mut pending = p.borrow_mut();
        if pending.as_ref().is_some_and(|(this, _)| *this == field) {
            *pending = None;
        }
    });
}

/// Forgets whatever was typed: what it belongs to is no more.
pub fn forget_all() {
    PENDING.with(|p| *p.borrow_mut() = None);
}
