"""Facts of public registers that checks need at run time: small, dated files that change with a version of Praksis.

`municipalities.csv`: every municipality number in force from 1 January 2018, with name, county and period (an empty
`valid_from`: since 2018 or longer; an empty `valid_to`: in force on 1 January 2024). Organisation numbers and official
written forms are those of 1 January 2024, of municipalities in force then; Haram's organisation number is not in the
material. `successions.csv`: which number took over from which, and when.

Sources. The municipalities of 2024: the frame of the reference survey, compiled from the register of legal entities
(Brønnøysundregistrene) and the classification of municipalities (SSB, Klass 131). Names, numbers and changes before:
SSB's classification, by way of two public tables made from it (those of Bergens Tidende, bord4-data, and a recoding
table of 2019 to 2020 to 2024). For 2020 they were typed separately and agree in all 425 pairs; for 2024 each leaves
out one of the 115 (3026; 1507 to 1508) and they agree in the rest. Chained together they lead from 422 numbers to 356
to exactly the 357 of the frame, and a third table (2016 to 2024, regtools) contradicts none. The counts are those
published: 109 municipalities became 43 in 2020 (Ringeriksavisa), two of them divided among several (Ambita); 114
changed number in 2024 (KS). Rindal's new county and number in 2019: Kartverket.
"""
