//! Verification of what was sent, through the Sync API.

use std::fmt::Write as _;
use std::time::SystemTime;

use telecrm_runtime::sync::{Client, Verification};
use telecrm_runtime::{Error, PreparedLead};
use telecrm_schema::escaped;

/// A lead that telecrm has queued.
pub(super) struct Sent {
    /// Where its body stands, ready to print.
    pub(super) place: String,
    pub(super) lead: PreparedLead,
    pub(super) since: SystemTime,
}

/// Verifies leads, and hands on each result with the place of the lead's body.
pub(super) async fn all(
    client: &Client,
    sent: Vec<Sent>,
    mut found: impl FnMut(&str, Result<Verification, Error>),
) {
    // One lead is compared with its actions' content; many by one search for up to 100.
    if let [one] = sent.as_slice() {
        let result = client.verify_prepared(&one.lead, None, one.since).await;
        return found(&one.place, result);
    }
    let (places, leads): (Vec<_>, Vec<_>) =
        sent.into_iter().map(|it| (it.place, (it.lead, it.since))).unzip();
    let mut verifying = match client.verify_all_prepared(leads, None).await {
        Ok(verifying) => verifying,
        Err(error) => return found("all leads", Err(error)),
    };
    while let Some((position, result)) = verifying.next().await {
        let place = usize::try_from(position).ok().and_then(|index| places.get(index));
        found(place.map_or("a lead", String::as_str), result);
    }
}

/// Whether a lead is verified, and the lines about it.
pub(super) fn described(place: &str, result: Result<Verification, Error>) -> (bool, String) {
    match result {
        Ok(Verification::Verified) => (true, format!("{place}: verified\n")),
        Ok(Verification::Mismatched(mismatches)) => {
            let mut text = format!("{place}: stored, but not as it was sent\n");
            for mismatch in mismatches {
                // A `String` takes all that is written to it.
                let _ = writeln!(text, "  D41 {}", escaped(&mismatch.to_string()));
            }
            (false, text)
        }
        Ok(Verification::Missing) => {
            (false, format!("{place}: queued, and telecrm does not have the lead (D41)\n"))
        }
        Ok(_) => {
            (false, format!("{place}: queued, with an outcome that this version does not know\n"))
        }
        Err(error) => {
            let error = escaped(&error.to_string());
            (false, format!("{place}: queued; whether it is stored could not be read: {error}\n"))
        }
    }
}
