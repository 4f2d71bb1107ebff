//! Sorting in little code: the standard library's sort is compiled anew, some kilobytes each time, for every type and
//! comparison, and the scanner worker has no room for that.

use std::cmp::Ordering;

/// Sorts by a comparison; equal elements keep their order.
pub(crate) fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(list.len(), &|a, b| compare(&list[a], &list[b]) == Ordering::Greater);
    // order[i] says which element belongs at i. One that was swapped away before is found where its place's element went.
    for i in 0..order.len() {
        let mut from = order[i];
        while from < i {
            from = order[from];
        }
        list.swap(i, from);
    }
}

/// Sorts in the order of the type.
pub(crate) fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// The order of `count` elements, told which of two comes after the other: a merge sort over positions.
#[inline(never)]
fn order(count: usize, after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut now: Vec<usize> = (0..count).collect();
    let mut next: Vec<usize> = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        let mut start = 0;
        next.clear();
        while start < count {
            let middle = (start + width).min(count);
            let end = (start + 2 * width).min(count);
            // Much comes in order already, as paths do from an archive.
            if middle == end || !after(now[middle - 1], now[middle]) {
                next.extend_from_slice(&now[start..end]);
                start = end;
                continue;
            }
            let (mut a, mut b) = (start, middle);
            while a < middle || b < end {
                if b >= end || (a < middle && !after(now[a], now[b])) {
                    next.push(now[a]);
                    a += 1;
                } else {
                    next.push(now[b]);
                    b += 1;
                }
            }
            start = end;
        }
        std::mem::swap(&mut now, &mut next);
        width *= 2;
    }
    now
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library_does(list in proptest::collection::vec((0..20u8, 0..100u32), 0..300)) {
            let (mut ours, mut theirs) = (list.clone(), list.clone());
            super::sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|x| x.0);
            prop_assert_eq!(&ours, &theirs);
            super::sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }
    }
}
