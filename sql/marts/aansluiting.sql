-- doel:    Elke gedrukte cel van de nota naast de bron, en elk gedrukt totaal naast de som van de gedrukte rijen.
-- korrel:  een rij per gedrukte cel
-- sleutel: reeks, jaar
-- kolommen:
--   reeks        | sleutel van de reeks; de gedrukte totalen zijn reeks mand
--   jaar         | kalenderjaar
--   nota         | aantal zoals gedrukt
--   bron         | aantal zoals de politie het nu telt; leeg waar de bron er geen heeft
--   verschil     | bron min nota
--   oordeel      | gelijk, of welk soort verschil; uit de gesloten lijst van frasen
--   som_rijen    | som van de gedrukte rijen, alleen bij het gedrukte totaal
--   verschil_som | nota min som_rijen: wat het gedrukte totaal te laag is
--   oordeel_som  | gelijk of gedrukt totaal klopt niet, alleen bij het gedrukte totaal
--   status       | gedrukt_in_nota, of geextrapoleerd voor heel 2020
--   bron_tabel   | tabel van de bron
--   peildatum    | de dag waarop de cijfers van de bron zo bekend waren
--   regel        | regel van de nota
WITH rijen AS (
    SELECT g.jaar,
           CAST(sum(g.waarde) AS BIGINT) AS som_rijen
    FROM gedrukt AS g
    JOIN reeks_delen AS d ON d.deel = g.reeks
    JOIN reeks AS r ON r.reeks = d.reeks AND r.familie = 'hoofd'
    GROUP BY g.jaar
),
cellen AS (
    SELECT g.reeks,
           g.jaar,
           CAST(g.waarde AS BIGINT) AS nota,
           g.status,
           g.regel,
           d.waarde AS bron,
           d.bron AS bron_tabel,
           d.peildatum,
           CASE WHEN r.familie = 'hoofd' THEN j.som_rijen END AS som_rijen,
           greatest(1.0, g.waarde * k.herzieningsbudget_gemeente / 100.0) AS speling
    FROM gedrukt AS g
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS k
    JOIN reeks AS r ON r.reeks = g.reeks
    LEFT JOIN delicten_jaar AS d ON d.regio_code = b.gemeente AND d.reeks = g.reeks AND d.jaar = g.jaar
    LEFT JOIN rijen AS j ON j.jaar = g.jaar
),
geduid AS (
    SELECT c.reeks,
           c.jaar,
           CASE
               WHEN c.bron IS NULL THEN 'aansluiting_geen_bron'
               WHEN c.nota <> c.som_rijen THEN 'aansluiting_totaal_klopt_niet'
               WHEN c.bron = c.nota THEN 'aansluiting_gelijk'
               WHEN c.status = 'geextrapoleerd' THEN 'aansluiting_geschat'
               WHEN abs(c.bron - c.nota) <= c.speling THEN 'aansluiting_binnen_budget'
               ELSE 'aansluiting_onbekend'
           END AS code
    FROM cellen AS c
),
onbekend_deel AS (
    SELECT d.reeks,
           g.jaar
    FROM geduid AS g
    JOIN reeks_delen AS d ON d.deel = g.reeks
    WHERE g.code = 'aansluiting_onbekend'
    GROUP BY d.reeks, g.jaar
)
SELECT c.reeks,
       c.jaar,
       c.nota,
       c.bron,
       c.bron - c.nota AS verschil,
       f.frase AS oordeel,
       c.som_rijen,
       c.nota - c.som_rijen AS verschil_som,
       t.frase AS oordeel_som,
       c.status,
       c.bron_tabel,
       c.peildatum,
       c.regel
FROM cellen AS c
JOIN geduid AS g ON g.reeks = c.reeks AND g.jaar = c.jaar
LEFT JOIN onbekend_deel AS o ON o.reeks = c.reeks AND o.jaar = c.jaar
JOIN frasen AS f ON f.code = CASE
    WHEN g.code = 'aansluiting_binnen_budget' AND o.reeks IS NOT NULL THEN 'aansluiting_onbekend'
    ELSE g.code
END
LEFT JOIN frasen AS t ON t.code = CASE
    WHEN c.nota = c.som_rijen THEN 'aansluiting_gelijk'
    WHEN c.nota <> c.som_rijen THEN 'aansluiting_totaal_klopt_niet'
END
