//! The same lead, written with serde's derives.

use serde::Serialize;

#[derive(Serialize)]
pub struct Body {
    fields: Fields,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Action>,
}

#[derive(Serialize)]
struct Fields {
    phone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    course: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interests: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

#[derive(Serialize)]
struct Action {
    r#type: String,
    fields: Visit,
}

#[derive(Serialize)]
struct Visit {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

pub fn lead() -> Body {
    let text = |text: &str| Some(text.to_owned());
    Body {
        fields: Fields {
            phone: "919999999999".to_owned(),
            name: text("Asha Rao"),
            email: text("asha.rao@example.com"),
            contact_source: text("Walk-in"),
            course: text("JEE Advanced"),
            interests: Some(vec!["VIP".to_owned(), "Returning".to_owned()]),
            deal_size: Some(2),
            budget: text("150000.50"),
            rating: Some(4),
            follow_up_date: Some(1_777_609_800_000),
            status: text("Demo Booked"),
        },
        actions: vec![Action {
            r#type: "ACTION_1001".to_owned(),
            fields: Visit { note: text("Came with both parents"), outcome: text("Interested") },
        }],
    }
}
