//! Pairing of search results with sent leads.

use std::collections::HashMap;

use serde_json::Value;

use super::compare::is_completed;
use super::sought::Sought;
use crate::field_info::FieldType;
use crate::sync::lead::Lead;

/// Position of the stored lead among the search results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    Found(usize),
    NotFound,
    /// A result may be this lead or another one, so the lead needs a separate search.
    Unclear,
}

/// Pairs by normalised identifier, or by a unique common suffix of at least eight digits.
pub(super) fn pair(sought: &[&Sought], found: &[Lead]) -> Vec<Pair> {
    let Some(types) = sought.first().map(|first| &first.types) else { return Vec::new() };
    let keys: Vec<Option<String>> = found
        .iter()
        .map(|lead| {
            let identifier = lead.fields.get(&types.identifier).and_then(Value::as_str)?;
            Some(Sought::normal(types, identifier))
        })
        .collect();
    let mut by_key = HashMap::new();
    for (index, key) in keys.iter().enumerate() {
        // Results are sorted from newest to oldest, so the first one is the last that was written.
        if let Some(key) = key {
            by_key.entry(key.as_str()).or_insert(index);
        }
    }
    let phones = types.identifier_type() == Some(FieldType::Phone);
    let exact: Vec<_> = sought.iter().map(|lead| by_key.get(lead.key.as_str()).copied()).collect();
    // Results that no lead claims by its whole identifier, and the number of possible claims.
    let unclaimed = |index: usize| !exact.contains(&Some(index));
    let mut claims = HashMap::<usize, usize>::new();
    let completed = |key: &str| -> Vec<usize> {
        let fits = |index: &usize| keys[*index].as_ref().is_some_and(|own| is_completed(key, own));
        if phones { (0..found.len()).filter(fits).collect() } else { Vec::new() }
    };
    let candidates: Vec<_> = sought
        .iter()
        .zip(&exact)
        .map(|(sought, exact)| if exact.is_some() { Vec::new() } else { completed(&sought.key) })
        .collect();
    for index in candidates.iter().flatten() {
        *claims.entry(*index).or_default() += 1;
    }
    let unidentified = keys.iter().any(Option::is_none);
    let pairs = exact.iter().zip(&candidates).map(|(exact, candidates)| match candidates[..] {
        _ if exact.is_some() => Pair::Found(exact.unwrap_or_default()),
        [index] if unclaimed(index) && claims[&index] == 1 => Pair::Found(index),
        [] if !unidentified => Pair::NotFound,
        [] if sought.len() == 1 && found.len() == 1 => Pair::Found(0),
        _ => Pair::Unclear,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::sought::test_lead;

    fn pairs(sought: &[&str], found: &[Option<&str>]) -> Vec<Pair> {
        let sought: Vec<_> = sought.iter().map(|phone| test_lead(phone)).collect();
        let found: Vec<_> = found
            .iter()
            .map(|phone| {
                let fields = phone
                    .map_or(serde_json::json!({}), |phone| serde_json::json!({ "phone": phone }));
                Lead::read(serde_json::json!({ "fields": fields })).unwrap()
            })
            .collect();
        pair(&sought.iter().collect::<Vec<_>>(), &found)
    }

    #[test]
    fn lead_is_found_by_its_identifier_or_a_unique_suffix() {
        use Pair::{Found, NotFound, Unclear};
        let (jane, joe) = ("919999999999", "918888888888");
        assert_eq!(pairs(&[jane, joe], &[Some(joe), Some("+919999999999")]), [Found(1), Found(0)]);
        assert_eq!(pairs(&[jane, joe], &[Some(joe)]), [NotFound, Found(0)]);
        assert_eq!(pairs(&["9999999999"], &[Some(jane)]), [Found(0)]);
        assert_eq!(pairs(&["9999999"], &[Some("919999999")]), [NotFound], "too short to compare");
        // The same number in two spellings: the second lead needs a separate search.
        assert_eq!(pairs(&[jane, "9999999999"], &[Some(jane)]), [Found(0), Unclear]);
        // Two results match.
        assert_eq!(pairs(&["9999999999"], &[Some(jane), Some("449999999999")]), [Unclear],);
        // Responses without the identifier.
        assert_eq!(pairs(&[jane, joe], &[None]), [Unclear, Unclear]);
        assert_eq!(pairs(&[jane], &[None]), [Found(0)]);
        assert_eq!(pairs(&[jane], &[]), [NotFound]);
    }
}
