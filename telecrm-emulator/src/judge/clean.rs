//! The quick answer for most bodies: nothing of it is lost. It reads the bytes once and keeps
//! nothing of them. Each value is judged by the same functions as everywhere; only the walk to it
//! is its own, and where that meets anything unusual, it says no more than that it is not sure.

use std::{fmt, marker::PhantomData};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Judge, action, value};
use crate::rules::FieldRule;

/// Whether these bytes are one body of which nothing is lost. `false` may be one, too.
pub(super) fn is_certain(judge: &Judge, bytes: &[u8]) -> bool {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    Walk::<Body> { judge, to: PhantomData }.deserialize(&mut json).is_ok() && json.end().is_ok()
}

/// A part of the body and the judge to ask about it. Its error stands for "not sure".
#[derive(Clone, Copy)]
struct Walk<'j, Part> {
    judge: &'j Judge,
    to: PhantomData<Part>,
}

#[derive(Clone, Copy)]
struct Body;
#[derive(Clone, Copy)]
struct BodyKey;
#[derive(Clone, Copy)]
struct Fields;
#[derive(Clone, Copy)]
struct FieldKey;
#[derive(Clone, Copy)]
struct Actions;

impl<'j, Part> Walk<'j, Part> {
    fn on<Next>(self) -> Walk<'j, Next> {
        Walk { judge: self.judge, to: PhantomData }
    }
}

fn unsure<E: Error>() -> E {
    E::custom("not sure")
}

/// Nobody reads it.
fn expecting(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("a request body")
}

impl<'de> DeserializeSeed<'de> for Walk<'_, Body> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, Body> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut body: A) -> Result<(), A::Error> {
        let mut has_fields = false;
        while let Some(is_fields) = body.next_key_seed(self.on::<BodyKey>())? {
            if is_fields {
                body.next_value_seed(self.on::<Fields>())?;
                has_fields = true;
            } else {
                body.next_value_seed(self.on::<Actions>())?;
            }
        }
        if has_fields { Ok(()) } else { Err(unsure()) }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, BodyKey> {
    /// Whether it is `fields`; else it is `actions`.
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Walk<'_, BodyKey> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        match key {
            "fields" => Ok(true),
            "actions" => Ok(false),
            _ => Err(unsure()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, Fields> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, Fields> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let rules = self.judge.rules();
        let mut identified = false;
        while let Some(field) = fields.next_key_seed(self.on::<FieldKey>())? {
            let sent: Value = fields.next_value()?;
            let clean = if field.name == rules.identifier {
                identified = true;
                self.judge.identify(&sent).is_ok()
            } else {
                value::judge(&sent, &field.kind, &rules.country).faults.is_empty()
            };
            if !clean {
                return Err(unsure());
            }
        }
        if identified { Ok(()) } else { Err(unsure()) }
    }
}

impl<'de, 'j> DeserializeSeed<'de> for Walk<'j, FieldKey> {
    type Value = &'j FieldRule;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'j> Visitor<'_> for Walk<'j, FieldKey> {
    type Value = &'j FieldRule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        self.judge.rules().fields.get(name).ok_or_else(unsure)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, Actions> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, Actions> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut actions: A) -> Result<(), A::Error> {
        let mut drops = Vec::new();
        while let Some(sent) = actions.next_element::<Value>()? {
            action::judge(0, &sent, self.judge.rules(), &mut drops);
            if !drops.is_empty() {
                return Err(unsure());
            }
        }
        Ok(())
    }
}
