-- doel:    Wat de nota voor 2020 schatte naast wat het werd, en hoe ver het streefjaar nog uiteen kan lopen.
-- korrel:  een rij per reeks, soort schatting en jaar
-- sleutel: reeks, soort, jaar
-- kolommen:
--   reeks       | sleutel van de reeks
--   soort       | deeljaar (de schatting van de nota) of vooruitblik (zonder trend, tot het streefjaar)
--   jaar        | jaar waarover de schatting gaat
--   uitgangspunt | deeljaar: aantal dat de schatting draagt; vooruitblik: het laatste representatieve jaar
--   vanaf_jaar  | laatste jaar met een cijfer waarop de vooruitblik berust
--   gedrukt     | de schatting zoals de nota haar drukte
--   schatting   | de schatting zoals wij haar narekenen
--   ondergrens  | ondergrens van het 95%-interval
--   bovengrens  | bovengrens van het 95%-interval
--   werkelijk   | wat het werd volgens de politie nu; leeg zolang het jaar er niet is
--   binnen      | waar als werkelijk binnen het interval ligt
--   methode     | hoe geschat is, in woorden
WITH jaren AS (
    SELECT d.reeks,
           d.jaar,
           d.waarde
    FROM delicten_jaar AS d
    JOIN beleid AS b ON b.gemeente = d.regio_code
),
geschat AS (
    SELECT g.reeks,
           g.jaar,
           CAST(g.waarde AS DOUBLE) AS waarde
    FROM gedrukt AS g
    JOIN reeks AS r ON r.reeks = g.reeks AND r.familie <> 'hoofd'
    WHERE g.status = 'geextrapoleerd'
    UNION ALL
    SELECT d.reeks,
           g.jaar,
           CAST(sum(g.waarde) AS DOUBLE) AS waarde
    FROM gedrukt AS g
    JOIN reeks_delen AS d ON d.deel = g.reeks
    JOIN reeks AS r ON r.reeks = d.reeks AND r.familie = 'hoofd'
    WHERE g.status = 'geextrapoleerd'
    GROUP BY d.reeks, g.jaar
),
deeljaar AS (
    SELECT s.reeks,
           s.jaar,
           round(s.waarde * k.deeljaar_aandeel, 0) AS geteld,
           s.waarde AS gedrukt,
           k.deeljaar_aandeel AS aandeel,
           d.tau2,
           k.alfa
    FROM geschat AS s
    CROSS JOIN conventie AS k
    LEFT JOIN dispersie AS d ON d.laag = 'reeks' AND d.reeks = s.reeks
),
representatief AS (
    SELECT j.reeks,
           j.jaar,
           CAST(j.waarde AS DOUBLE) AS waarde,
           lag(CAST(j.waarde AS DOUBLE)) OVER (PARTITION BY j.reeks ORDER BY j.jaar) AS vorige,
           lag(j.jaar) OVER (PARTITION BY j.reeks ORDER BY j.jaar) AS vorig_jaar
    FROM jaren AS j
    LEFT JOIN niet_representatief AS n ON n.jaar = j.jaar
    WHERE j.waarde IS NOT NULL AND n.jaar IS NULL
),
stappen AS (
    SELECT reeks,
           count(vorige) AS k,
           sum((ln(waarde + 0.5) - ln(vorige + 0.5)) * (ln(waarde + 0.5) - ln(vorige + 0.5)) / (jaar - vorig_jaar)) AS kwadraten,
           max(jaar) AS laatste_jaar
    FROM representatief
    GROUP BY reeks
),
uit_laatste AS (
    SELECT s.reeks,
           s.k,
           sqrt(s.kwadraten / s.k) AS spreiding,
           s.laatste_jaar,
           r.waarde AS laatste,
           b.streefjaar,
           c.alfa
    FROM stappen AS s
    JOIN representatief AS r ON r.reeks = s.reeks AND r.jaar = s.laatste_jaar
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS c
    WHERE s.k >= c.vooruitblik_minimum_stappen
      AND r.waarde >= c.vooruitblik_minimum
      AND s.laatste_jaar < b.streefjaar
),
samen AS (
    SELECT reeks,
           'deeljaar' AS soort,
           jaar,
           geteld AS uitgangspunt,
           CAST(NULL AS INT) AS vanaf_jaar,
           gedrukt,
           geteld / aandeel AS schatting,
           part_year_lower(geteld, aandeel, part_year_phi(geteld, aandeel, tau2), alfa) AS ondergrens,
           part_year_upper(geteld, aandeel, part_year_phi(geteld, aandeel, tau2), alfa) AS bovengrens,
           'het getelde deel van het jaar, gedeeld door het aandeel van die maanden; zonder rekening met het seizoen' AS methode
    FROM deeljaar
    UNION ALL
    SELECT reeks,
           'vooruitblik' AS soort,
           streefjaar AS jaar,
           laatste AS uitgangspunt,
           laatste_jaar AS vanaf_jaar,
           CAST(NULL AS DOUBLE) AS gedrukt,
           laatste AS schatting,
           outlook_lower(laatste, spreiding, CAST(k AS DOUBLE), CAST(streefjaar - laatste_jaar AS DOUBLE), alfa) AS ondergrens,
           outlook_upper(laatste, spreiding, CAST(k AS DOUBLE), CAST(streefjaar - laatste_jaar AS DOUBLE), alfa) AS bovengrens,
           'gelijk aan het laatste representatieve jaar, met de schommeling van eerdere jaren' AS methode
    FROM uit_laatste
)
SELECT s.reeks,
       s.soort,
       s.jaar,
       s.uitgangspunt,
       s.vanaf_jaar,
       s.gedrukt,
       round(s.schatting, 6) AS schatting,
       s.ondergrens,
       s.bovengrens,
       j.waarde AS werkelijk,
       j.waarde >= s.ondergrens AND j.waarde <= s.bovengrens AS binnen,
       s.methode
FROM samen AS s
LEFT JOIN jaren AS j ON j.reeks = s.reeks AND j.jaar = s.jaar
