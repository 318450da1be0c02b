"""The pages and the API.  A view reads with selectors, writes with services, and holds no business.

views      the pages by who uses them
api        the same for programs: OpenAPI, tokens with scopes
acts       life events as forms: what is asked, what is done
rights     who may open what; the navigation that follows from it
timeline   a life as lanes of years; charts as SVG
tables     what a page lists, as a file
serve      the site as a server
"""
