-- doel:    Elk cijfer dat de politie veranderde, met het oude en het nieuwe getal naast elkaar.
-- korrel:  een rij per soort misdrijf, regio, periode en peildatum waarop het nieuwe getal bekend werd
-- sleutel: soort_code, regio_code, periode_code, peildatum
-- kolommen:
--   soort_code     | soort misdrijf, zie soort_misdrijf
--   regio_code     | regio, zie regio
--   periode_code   | periode, zie periode
--   peildatum      | de dag waarop het nieuwe getal bekend was
--   oude_peildatum | de dag waarop het oude getal bekend was
--   oud            | het getal van de versie ervoor; leeg als er geen was
--   nieuw          | het getal van deze versie; leeg als er geen is
--   verschil       | nieuw min oud, leeg als een van beide ontbreekt
--   indeling       | jaar van de gemeentelijke indeling van de nieuwe versie
--   oude_indeling  | jaar van de gemeentelijke indeling van de oude versie
--   herindeling    | waar als de twee versies op verschillende indelingen staan: dan kan het gebied zelf veranderd zijn; nooit bij het land
WITH opvolging AS (
    SELECT oud.soort_code,
           oud.regio_code,
           oud.periode_code,
           nieuw.bron,
           nieuw.peildatum,
           oud.peildatum AS oude_peildatum,
           oud.waarde AS oud,
           nieuw.waarde AS nieuw
    FROM misdrijven_versies AS oud
    JOIN misdrijven_versies AS nieuw
        ON nieuw.soort_code = oud.soort_code AND nieuw.regio_code = oud.regio_code
        AND nieuw.periode_code = oud.periode_code AND nieuw.peildatum = oud.bekend_tot
    WHERE oud.bekend_tot IS NOT NULL
      AND coalesce(oud.waarde, -1) <> coalesce(nieuw.waarde, -1)
      -- Leeg bleef leeg; alleen of bewezen is dat het nul was, veranderde.
      AND NOT (oud.reden IN ('nul', 'ontbreekt') AND nieuw.reden IN ('nul', 'ontbreekt'))
)
SELECT v.soort_code,
       v.regio_code,
       v.periode_code,
       v.peildatum,
       v.oude_peildatum,
       v.oud,
       v.nieuw,
       v.nieuw - v.oud AS verschil,
       n.indeling,
       o.indeling AS oude_indeling,
       r.niveau <> 'land' AND coalesce(n.indeling, 0) <> coalesce(o.indeling, 0) AS herindeling
FROM opvolging AS v
JOIN regio AS r ON r.regio_code = v.regio_code
JOIN optelcontrole AS n
    ON n.bron = v.bron AND n.peildatum = v.peildatum AND n.regio_code = v.regio_code AND n.periode_code = v.periode_code
JOIN optelcontrole AS o
    ON o.bron = v.bron AND o.peildatum = v.oude_peildatum AND o.regio_code = v.regio_code AND o.periode_code = v.periode_code
