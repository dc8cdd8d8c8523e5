//! What the parser of JSON meets in a row, handed to the [`Page`]: the name of each field, then its value. What a field
//! means is not known here.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{OTHER_SHAPE, Page, Role};
use crate::normalise::readers::Sink;

/// Takes a row.
pub(super) struct RowVisitor<'p, 'a, S>(pub &'p mut Page<'a, S>);

impl<'de, S: Sink> Visitor<'de> for RowVisitor<'_, '_, S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let page = self.0;
        while let Some(place) = map.next_key_seed(FieldName(page))? {
            let Some(role) = page.fields.get(place).map(|field| field.role) else {
                return Err(A::Error::custom("a field without a role"));
            };
            map.next_value_seed(FieldValue { page, role })?;
        }
        Ok(())
    }
}

/// Finds the place of a field by its name.
struct FieldName<'p, 'a, S>(&'p mut Page<'a, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for FieldName<'_, '_, S> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<S: Sink> Visitor<'_> for FieldName<'_, '_, S> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<usize, E> {
        self.0.field(name).map_err(|refused| self.0.stop(refused))
    }
}

/// Takes the value of a field.
struct FieldValue<'p, 'a, S> {
    page: &'p mut Page<'a, S>,
    role: Role,
}

impl<S: Sink> FieldValue<'_, '_, S> {
    fn refuse<E: serde::de::Error>(self, found: &str) -> E {
        let refused = self.page.refuse("a text, a number or null", found, OTHER_SHAPE);
        self.page.stop(refused)
    }
}

impl<'de, S: Sink> DeserializeSeed<'de> for FieldValue<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for FieldValue<'_, '_, S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number or null")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let taken = self.page.take_text(self.role, text);
        taken.map_err(|refused| self.page.stop(refused))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        let taken = self.page.take_null(self.role);
        taken.map_err(|refused| self.page.stop(refused))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        let taken = self.page.take_number(self.role, number);
        taken.map_err(|refused| self.page.stop(refused))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_f64(number as f64)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        Err(self.refuse(&value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse("an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse("a list"))
    }
}
