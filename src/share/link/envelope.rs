//! The envelope of every version: `v<version>.<data>.<checksum>`, where the data is JSON, deflated, in base64url.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use miniz_oxide::{
    deflate::compress_to_vec,
    inflate::{TINFLStatus, decompress_to_vec_with_limit},
};

use super::{
    address::{self, CHECKSUM_DIGITS},
    error::LinkError,
    limits::{MAX_JSON, MAX_TEXT, VERSION},
};
use crate::model::digest;

/// Hardest setting of deflate: links are short, so time does not matter.
const COMPRESSION: u8 = 10;

/// Packs the JSON of a version.
pub(super) fn seal(version: u32, json: &str) -> String {
    let data = URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), COMPRESSION));
    format!("v{version}.{data}.{}", checksum(json))
}

/// The last digits of the digest: enough to notice a link that was cut or changed by accident. It protects nothing.
fn checksum(json: &str) -> String {
    let digest = digest(json);
    digest.get(digest.len().saturating_sub(CHECKSUM_DIGITS)..).unwrap_or_default().to_owned()
}

/// Version and JSON of a link: the fragment, with or without `#`, or the whole address, as it arrived ([`address`]).
pub(super) fn open(text: &str) -> Result<(u32, String), LinkError> {
    if text.len() > MAX_TEXT {
        return Err(LinkError::TooLong);
    }
    let parts = address::parts(text).ok_or(LinkError::NotALink)?;
    let version = parse_version(&parts.version)?;
    if parts.has_other_letters {
        return Err(LinkError::Letters);
    }
    let is_whole = |sum: &String| sum.len() >= CHECKSUM_DIGITS && !parts.data.is_empty();
    let sum = parts.sum.filter(is_whole).ok_or(LinkError::CutShort)?;
    let packed = URL_SAFE_NO_PAD.decode(&parts.data).map_err(|_| LinkError::Damaged)?;
    let bytes = decompress_to_vec_with_limit(&packed, MAX_JSON).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })?;
    let json = String::from_utf8(bytes).map_err(|_| LinkError::Damaged)?;
    if sum.eq_ignore_ascii_case(&checksum(&json)) { Ok((version, json)) } else { Err(LinkError::Damaged) }
}

fn parse_version(text: &str) -> Result<u32, LinkError> {
    if text.is_empty() || text.len() > 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LinkError::NotALink);
    }
    match text.parse::<u32>() {
        Ok(known @ 1..=VERSION) => Ok(known),
        Ok(newer) if newer > VERSION => Err(LinkError::Newer(text.to_owned())),
        _ => Err(LinkError::NotALink),
    }
}
