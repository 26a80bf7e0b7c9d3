//! `enterprise`: the answer of `GET /metadata`.

use super::At;
use super::node::Node;
use super::reader::Reader;

/// Whose workspace it is.
#[derive(Debug, Default)]
pub(crate) struct Enterprise {
    pub(crate) id: Option<At<String>>,
    pub(crate) name: Option<String>,
    /// `leadIdentifierFieldId`
    pub(crate) identifier: Option<At<String>>,
}

const KEYS: [&str; 8] = [
    "id",
    "name",
    "leadIdentifierFieldId",
    "creationTimeStamp",
    "teamSize",
    "industry",
    "website",
    "integrations",
];

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Enterprise {
    let Some(entries) = reader.mapping(node, "`enterprise`") else {
        return Enterprise::default();
    };
    reader.known_keys(&entries, "`enterprise`", &KEYS);
    Enterprise {
        id: entries.given("id").and_then(|id| reader.name(id, "the enterprise id")),
        name: Reader::prose(entries.get("name")),
        identifier: entries
            .given("leadIdentifierFieldId")
            .and_then(|id| reader.name(id, "`leadIdentifierFieldId`")),
    }
}
