//! Searches for leads.

use std::fmt;

use serde_json::{Map, Value};

use super::document::Document;
use super::lead::Lead;
use super::request::{Query, Request};
use crate::error::Error;

/// Search for leads that match all of its fields (telecrm: Sync API, `POST /lead/search`).
///
/// ```
/// let search = telecrm_runtime::sync::Search::new().field("phone", "919999999999").limit(1);
/// # let _ = search;
/// ```
///
/// `Debug` shows the names of the fields, but no values.
#[derive(Clone, PartialEq)]
#[must_use = "a search does nothing until `Client::search`"]
pub struct Search {
    fields: Map<String, Value>,
    /// The filter on the action history.
    actions: Option<Value>,
    skip: u64,
    limit: u8,
}

impl Default for Search {
    fn default() -> Self {
        Self { fields: Map::new(), actions: None, skip: 0, limit: 100 }
    }
}

impl Search {
    /// Returns a search for all leads, with up to 100 results.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition: the field has this value.
    ///
    /// Texts must match completely. A list matches any of its items. The last call for a field
    /// wins.
    pub fn field(mut self, api_name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(api_name.into(), value.into());
        self
    }

    /// Restricts the search to leads with a matching action (telecrm: Sync API, `actions`).
    pub(crate) fn action_history(mut self, filter: Value) -> Self {
        self.actions = Some(filter);
        self
    }

    /// Skips this number of leads; 0 by default.
    pub fn skip(mut self, leads: u64) -> Self {
        self.skip = leads;
        self
    }

    /// Sets the maximum number of leads, 1 to 100; 100 by default.
    pub fn limit(mut self, leads: u8) -> Self {
        self.limit = leads;
        self
    }

    pub(super) fn request(&self) -> Result<Request, Error> {
        if !(1..=100).contains(&self.limit) {
            return Err(Error::invalid_request("the limit of a search must be 1 to 100"));
        }
        let mut body = Map::from_iter([("fields".to_owned(), self.fields.clone().into())]);
        body.extend(self.actions.clone().map(|filter| ("actions".to_owned(), filter)));
        let body = Value::Object(body);
        Ok(Request::post("lead", "search", body.to_string())
            .query(Query::Skip(self.skip))
            .query(Query::Limit(self.limit)))
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .field("skip", &self.skip)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Page of the leads that were found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SearchPage {
    /// `data` of the response, in the same order.
    pub leads: Vec<Lead>,
    /// `total_count`: the number of matching leads on all pages.
    pub total_count: u64,
}

impl TryFrom<Document> for SearchPage {
    type Error = Error;

    /// Reads a page from a response of `POST /lead/search`.
    fn try_from(document: Document) -> Result<Self, Error> {
        let mut json = document.into_json();
        let total_count = json.get("total_count").and_then(Value::as_u64);
        let total_count =
            total_count.ok_or_else(|| Error::incomplete("it has no `total_count`"))?;
        let Some(Value::Array(data)) = json.get_mut("data").map(Value::take) else {
            return Err(Error::incomplete("its `data` is not a list"));
        };
        let leads = data.into_iter().map(Lead::read).collect::<Result<_, _>>()?;
        Ok(Self { leads, total_count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_outside_1_to_100_is_an_error() {
        for limit in [0, 101, 255] {
            let error = Search::new().limit(limit).request().err();
            assert!(matches!(error, Some(Error::InvalidRequest { .. })), "{limit}");
        }
        for limit in [1, 100] {
            assert!(Search::new().limit(limit).request().is_ok(), "{limit}");
        }
    }

    #[test]
    fn page_has_its_leads_and_the_total_count() {
        let page = |text: &str| {
            let json = serde_json::from_str(text).unwrap();
            SearchPage::try_from(Document::new(text.to_owned(), json))
        };
        let found = page(r#"{"data":[{"id":"1","fields":{}}],"total_count":7}"#).unwrap();
        assert_eq!((found.leads.len(), found.total_count), (1, 7));
        for bad in
            [r#"{"data":[]}"#, r#"{"data":{},"total_count":1}"#, r#"{"data":[1],"total_count":1}"#]
        {
            assert!(matches!(page(bad), Err(Error::UnexpectedResponse { .. })), "{bad}");
        }
    }

    #[test]
    fn debug_output_has_no_values() {
        let debug = format!("{:?}", Search::new().field("phone", "919999999999"));
        assert!(debug.contains("phone") && !debug.contains("9199"), "{debug}");
    }
}
