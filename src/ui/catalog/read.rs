//! What models and rules are read with.

use std::{future::poll_fn, task::Poll};

use crate::yaml;

/// Reads a YAML text into a type; an error names line and field.
pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str, name: &str) -> Result<T, String> {
    yaml::read(text, name).map(|(value, _)| value).map_err(|e| e.to_string())
}

/// Runs futures side by side and gives their results in order.
pub(super) async fn join_all<T>(list: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut list: Vec<_> = list.into_iter().map(|f| (Box::pin(f), None)).collect();
    poll_fn(move |context| {
        let mut pending = false;
        for (future, result) in &mut list {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *result = Some(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(list.iter_mut().filter_map(|(_, r)| r.take()).collect()) }
    })
    .await
}
